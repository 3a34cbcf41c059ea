"""The shape of a log line: what `sampler/src/shape.ts` and `shape-neighbours.ts` write, unit for unit."""

import sys
from array import array

MAX_UNITS = 2048
UTF_16 = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"
SHAPE_START = 4

DIGIT, HEX_LETTER, LETTER, PUNCTUATION, SEPARATOR, SPACES = range(6)
VARIABLE = 0x01
MASKED = 0x30
NEWLINE = 0x0A
ESCAPE = 0x1B
SPACE = 0x20
QUOTE = 0x22
APOSTROPHE = 0x27
PLUS = 0x2B
COMMA = 0x2C
MINUS = 0x2D
DOT = 0x2E
SLASH = 0x2F
COLON = 0x3A
LESS = 0x3C
EQUALS = 0x3D
GREATER = 0x3E
AT = 0x40
OPEN_BRACKET = 0x5B
BACKSLASH = 0x5C

OTHER, IN_ANGLES, PATH, URL = range(4)


def _kinds_of_units():
    kinds = bytearray([PUNCTUATION]) * 0x80 + bytearray([LETTER]) * (0x10000 - 0x80)
    for unit in range(0x80):
        text = chr(unit)
        if unit <= SPACE or unit == 0x7F:
            kinds[unit] = SPACES
        elif text in "0123456789":
            kinds[unit] = DIGIT
        elif text in "abcdefABCDEF":
            kinds[unit] = HEX_LETTER
        elif text.isalpha():
            kinds[unit] = LETTER
        elif text in "=:,;|()[]{}\"'<>":
            kinds[unit] = SEPARATOR
    return bytes(kinds)


KINDS = _kinds_of_units()


def _words(text):
    return frozenset(tuple(map(ord, word)) for word in text.split())


DOMAINS = _words("com net org edu gov mil lan")
CALENDAR = _words("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Mon Tue Wed Thu Fri Sat Sun")
UNITS = _words("B K M G KB MB GB TB kB KiB MiB GiB ns us ms s sec min hr hrs AM PM am pm UTC GMT")


def units_of(line):
    """The UTF-16 units of a text, lone surrogates too."""
    return array("H", line[:MAX_UNITS].encode(UTF_16, "surrogatepass"))[:MAX_UNITS]


def write_shape(line):
    """The units of the shape, as a list."""
    units = units_of(line)
    end = len(units)
    out = [0] * (SHAPE_START + end + 2)
    at = 0
    length = SHAPE_START
    while at < end:
        first = units[at]
        kind = KINDS[first]
        if kind == SPACES:
            if first == NEWLINE and length > SHAPE_START:
                break
            if length > SHAPE_START and out[length - 1] != SPACE:
                out[length] = SPACE
                length += 1
            at = _after_colour(units, at, end) if first == ESCAPE else at + 1
            continue
        if kind == SEPARATOR:
            out[length] = first
            length += 1
            at += 1
            continue
        if first == BACKSLASH or first == SLASH:
            following = units[at + 1] if at + 1 < end else SPACE
            if first == BACKSLASH and following in (QUOTE, APOSTROPHE):
                at += 1
                continue
            path_end = _end_of_path(units, at + 1, end)
            if path_end > at + 1:
                is_url = first == SLASH and following == SLASH
                length = _line_up_variable(out, length, URL if is_url else PATH)
                at = path_end
                continue
        at, length = _write_word(units, at, end, out, length)
    while out[length - 1] == SPACE:
        length -= 1
    return out[SHAPE_START:length]


def _write_word(units, at, end, out, length):
    start = length
    start_at = at
    unit = units[at]
    what = KINDS[unit]
    kinds = 0
    while what == HEX_LETTER or what == LETTER:
        kinds += what
        out[length] = unit
        length += 1
        at += 1
        unit = units[at] if at < end else SPACE
        what = KINDS[unit]
    letters = length - start
    if what >= SEPARATOR and unit != APOSTROPHE:
        if kinds == letters:
            groups_end = _end_of_hex_groups(units, start_at, end, at) if unit == COLON and letters < 5 else at
            if groups_end > at or letters > 7:
                return groups_end, _line_up_variable(out, start, OTHER)
        if letters < 4 and _absorbs_after_variable(out, start, length):
            length = start - 1
        return at, length

    digits = 0
    if what == DIGIT and letters == 0:
        while what == DIGIT:
            digits += 1
            at += 1
            unit = units[at] if at < end else SPACE
            what = KINDS[unit]
        if what == SPACES or what == SEPARATOR:
            if unit == COLON and digits < 5:
                at = _end_of_hex_groups(units, start_at, end, at)
            return at, _line_up_variable(out, start, IN_ANGLES if unit == GREATER else OTHER)
        out[length] = MASKED
        length += 1

    segment = start
    turns = plain_letters = plain_kinds = slashes = dots = joint = 0
    has_mask = last_masked = is_address = False
    while True:
        if what <= LETTER:
            if digits + letters > 0:
                turns += 1
            if what == DIGIT:
                while what == DIGIT:
                    digits += 1
                    at += 1
                    unit = units[at] if at < end else SPACE
                    what = KINDS[unit]
                out[length] = MASKED
                length += 1
            else:
                while what == HEX_LETTER or what == LETTER:
                    kinds += what
                    letters += 1
                    out[length] = unit
                    length += 1
                    at += 1
                    unit = units[at] if at < end else SPACE
                    what = KINDS[unit]
            continue
        if unit == APOSTROPHE and letters > 0 and at + 1 < end and _is_letter(units[at + 1]):
            what = PUNCTUATION
        goes_on = last_masked and joint == MINUS
        if digits > 0:
            most = 3 if goes_on else 5 if digits > 1 else 7
            is_changing = (
                out[segment] == MASKED or turns > 2 or (kinds == letters and letters + digits > most)
            )
        else:
            is_changing = goes_on and kinds == letters and letters > 3
        if is_changing:
            if last_masked:
                length = segment - 1
            else:
                out[segment] = MASKED
                length = segment + 1
            last_masked = True
            has_mask = True
        else:
            plain_letters += letters
            plain_kinds += kinds
            if digits > 0:
                has_mask = True
            last_masked = False
        if what != PUNCTUATION:
            break
        if unit == BACKSLASH:
            if (units[at + 1] if at + 1 < end else SPACE) in (QUOTE, APOSTROPHE):
                break
            is_address = True
        elif unit == SLASH:
            slashes += 1
        elif unit == DOT:
            dots += 1
        elif unit == AT and plain_letters > 0:
            is_address = True
        is_sign = (unit == MINUS or unit == PLUS) and letters + digits == 0 and length > start
        if not is_sign:
            out[length] = unit
            length += 1
            segment = length
            joint = unit
        letters = kinds = digits = turns = 0
        at += 1
        unit = units[at] if at < end else SPACE
        what = KINDS[unit]

    if unit == COLON and at - start_at < 5 and segment == start:
        groups_end = _end_of_hex_groups(units, start_at, end, at)
        if groups_end > at:
            return groups_end, _line_up_variable(out, start, OTHER)
    if (
        is_address
        or slashes > 1
        or (slashes == 1 and dots > 0 and plain_letters > 0)
        or (has_mask and (plain_letters == 0 or out[start] == MASKED))
        or (has_mask and plain_kinds == plain_letters and plain_letters > 3)
        or (dots > 0 and _ends_with_domain(out, start, length, dots))
    ):
        is_in_angles = at < end and units[at] == GREATER
        length = _line_up_variable(out, start, IN_ANGLES if is_in_angles else OTHER)
    elif _absorbs_after_variable(out, start, length):
        length = start - 1
    elif has_mask:
        length = _repeats_previous_word(out, start, length)
    return at, length


def _line_up_variable(out, length, kind):
    while True:
        before = length - 1
        last = out[before]
        if last == SPACE:
            if out[before - 1] == VARIABLE:
                length = before - 1
            elif out[before - 1] == COMMA and out[before - 2] == VARIABLE:
                length = before - 2
            elif kind < PATH and _is_word_of(CALENDAR, out, _word_start(out, before), before):
                length = before - 3
            else:
                break
        elif last == COLON:
            if out[before - 1] == VARIABLE:
                length = before - 1
            elif out[before - 1] == COLON and out[before - 2] == VARIABLE:
                length = before - 2
            else:
                start = _word_start(out, before)
                size = before - start
                if kind == URL:
                    belongs = size > 0
                elif kind == PATH:
                    belongs = size == 1
                else:
                    belongs = size > 0 and (_has_dot_inside(out, start, before) or _is_hex_pair(out, start, before))
                if not belongs:
                    break
                length = start
        elif last == LESS and out[before - 1] == SPACE and kind == OTHER:
            length = before
        elif last == COMMA and out[before - 1] == VARIABLE:
            length = before - 1
        else:
            break
    out[length] = VARIABLE
    return length + 1


def _absorbs_after_variable(out, start, end):
    if end - start > 3 or out[start - 2] != VARIABLE:
        return False
    if out[start - 1] == SPACE:
        return _is_word_of(UNITS, out, start, end)
    return out[start - 1] == COLON and _is_hex_pair(out, start, end)


def _repeats_previous_word(out, start, end):
    if out[start - 1] == SPACE:
        gap = 2 if out[start - 2] == COMMA else 1
    else:
        gap = 1 if out[start - 1] == COMMA else 0
    size = end - start
    other = start - gap - size
    if gap == 0 or other < SHAPE_START or _is_word_unit(out[other - 1]):
        return end
    return start - gap if out[other : other + size] == out[start:end] else end


def _ends_with_domain(out, start, word_end, dots):
    is_stop = out[word_end - 1] == DOT
    end = word_end - 1 if is_stop else word_end
    if end - start < 5:
        return False
    if out[end - 4] == DOT:
        return _is_word_of(DOMAINS, out, end - 3, end)
    if out[end - 3] != DOT or (dots - 1 if is_stop else dots) < 2:
        return False
    return 0x61 <= out[end - 2] <= 0x7A and 0x61 <= out[end - 1] <= 0x7A


def _is_hex_pair(out, start, end):
    return end - start == 2 and KINDS[out[start]] == HEX_LETTER and KINDS[out[start + 1]] == HEX_LETTER


def _has_dot_inside(out, start, end):
    return DOT in out[start + 1 : max(start + 1, end - 1)]


def _word_start(out, end):
    start = end
    while _is_word_unit(out[start - 1]):
        start -= 1
    return start


def _is_word_unit(unit):
    return KINDS[unit] < SEPARATOR


def _is_word_of(words, out, start, end):
    return 1 <= end - start <= 3 and tuple(out[start:end]) in words


def _is_letter(unit):
    return KINDS[unit] in (LETTER, HEX_LETTER)


def _after_colour(units, start, end):
    at = start + 1
    if at == end or units[at] != OPEN_BRACKET:
        return at
    while at < end and not _is_letter(units[at]):
        at += 1
    return at + 1


def _end_of_hex_groups(units, start, end, otherwise):
    colons = size = 0
    has_digit = False
    are_pairs = True
    at = start
    while at < end:
        unit = units[at]
        kind = KINDS[unit]
        if kind <= HEX_LETTER:
            size += 1
            if size > 4:
                return otherwise
            if kind == DIGIT:
                has_digit = True
        else:
            if size != 2:
                are_pairs = False
            if unit != COLON:
                if kind < SEPARATOR:
                    return otherwise
                break
            colons += 1
            size = 0
        at += 1
    if at > 0 and units[at - 1] == COLON:
        return otherwise
    return at if colons > 1 and (has_digit or (are_pairs and size == 2)) else otherwise


def _end_of_path(units, start, end):
    at = start
    while at < end:
        unit = units[at]
        kind = KINDS[unit]
        if kind == SPACES or (kind == SEPARATOR and unit not in (COLON, EQUALS)):
            break
        if unit == BACKSLASH and at + 1 < end and units[at + 1] == QUOTE:
            break
        at += 1
    while at > start and units[at - 1] in (COLON, DOT, EQUALS, 0x21, 0x3F):
        at -= 1
    return at
