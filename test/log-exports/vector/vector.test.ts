import { describe, expect, it } from 'vitest';
import { evaluateVector } from './evaluate-vector.ts';
import { seahash } from './seahash.ts';

const line = (message: string, severity?: string, attributes?: Record<string, unknown>) => ({
  message,
  severity,
  attributes,
});
const alike = (count: number) => Array.from({ length: count }, () => line('x'));

/** A fragment of one transform that reads `logs`. */
function fragment(body: string): string {
  return `[transforms.only]\ninputs = ["logs"]\n${body}`;
}
function remap(source: string, options = ''): string {
  return fragment(`type = "remap"\n${options}\nsource = '''\n${source}\n'''`);
}
function runRemap(source: string, event = line('hello world')): Readonly<Record<string, unknown>> | undefined {
  return evaluateVector({ config: remap(source), events: [event] })[0]?.record;
}
function keptBy(config: string, events: readonly ReturnType<typeof line>[]): boolean[] {
  return evaluateVector({ config, events }).map((verdict) => verdict.kept);
}
const error = (source: string) => () => runRemap(source);

describe('VRL compiles as Vector documents', () => {
  it.each([
    ['E103: an assignment of a fallible function is refused', '.x = upcase(.message)', 'E103'],
    ['E103: JSON may be none', '.x = parse_json("{}")', 'E103'],
    ['E103: a regular expression may not match', `.x = parse_regex("a", r'(?P<b>a)')`, 'E103'],
    ['E100: a fallible call alone is refused', 'upcase(.message)', 'E100'],
    ['E630: a fallible argument is refused', '.x = contains(string(.message), "a")', 'E630'],
    ['E110: an argument of a wrong kind is refused', '.x = contains("abc", 5)', 'E110'],
    ['E107: a missing argument is refused', '.x = contains("abc")', 'E107'],
    ['E651: ?? after what cannot fail is refused', '.x = "a" ?? "b"', 'E651'],
    ['E104: an error target of what cannot fail is refused', '.x, err = "a"', 'E104'],
    ['E102: a predicate that may be no boolean is refused', 'if .flag { .x = 1 }', 'E102'],
    ['E111: a predicate that can fail is refused', 'if .count > 5 { .x = 1 }', 'E111'],
    ['E660: ! of what may be no boolean is refused', '.x = !.flag', 'E660'],
    ['E701: an undefined variable is refused', '.x = nothing_here', 'E701'],
    ['E650: chained comparisons are refused', '.x = 1 < 2 < 3', 'E650'],
    ['E209: an unknown string escape is refused', '.x = "a\\dc"', 'E209'],
    ['E101: a regex that Rust does not take is refused (brace without repetition)', '.x = match("a", r\'a{\')', 'E101'],
    ['E101: a regex with lookahead is refused', '.x = match("a", r\'(?=a)\')', 'E101'],
    ['E300: a path cannot hold a regular expression', ".x = r'a'", 'E300'],
    ['E203: an operator cannot begin a line', '.x = true\n|| false', 'E203'],
    ['E203: else cannot begin a line', 'if true { .x = 1 }\nelse { .x = 2 }', 'E203'],
    ['&& is fallible unless both sides are boolean or null', '.x = .a && true', 'E103'],
  ])('%s', (_rule, source, code) => {
    expect(error(source)).toThrow(code);
  });

  it('names what it does not know instead of ignoring it', () => {
    expect(error('.x = parse_syslog!(.message)')).toThrow('parse_syslog');
    expect(error('.x = "{{ name }}"')).toThrow('templates');
    expect(error('.x = match("a", r\'\\<a\')')).toThrow('word boundary');
  });
});

describe('VRL runs as Vector documents', () => {
  it.each([
    [
      'if/else takes the first branch whose predicate is true',
      'if false { .x = 1 } else if true { .x = 2 } else { .x = 3 }',
      2,
    ],
    ['if without a true predicate gives null', '.x = if false { 1 }', null],
    ['contains looks for a substring, by case', '.x = contains(string!(.message), "World")', false],
    ['contains ignores case when asked', '.x = contains(string!(.message), "World", case_sensitive: false)', true],
    ['match finds a regex anywhere', ".x = match(string!(.message), r'wor')", true],
    ['match anchors only where the regex does', ".x = match(string!(.message), r'^wor')", false],
    ['a regex flag (?i) ignores case', ".x = match(string!(.message), r'(?i)^HELLO')", true],
    ['?? gives the right side when the left fails', '.x = to_float("no") ?? 0.5', 0.5],
    ['?? gives the left side when it works', '.x = to_float("0.25") ?? 0.5', 0.25],
    ['|| gives the right side for null and false', '.x = .missing || "other"', 'other'],
    ['&& and || share a level and read from the left', '.x = true || false && false', false],
    ['== compares integers and floats as numbers', '.x = 1 == 1.0', true],
    [
      'an error target takes the message and the value its default',
      '.y, .x = to_int("no")',
      'unable to coerce value into an integer',
    ],
    ['exists is true only for a field that is there', '.x = exists(.message) && !exists(.nope)', true],
    ['upcase and downcase change strings', '.x = upcase("é") + downcase("ABC")', 'Éabc'],
    ['variables hold values between statements', 'rate = 0.5\nrate = rate * 0.5\n.x = rate', 0.25],
    ['division gives a float', '.x = 1 / 4', 0.25],
    ['a raw string keeps its backslashes', ".x = s'a\\d'", 'a\\d'],
    ['string escapes are read, also \\u{...}', '.x = "\\u{e9}\\t\\""', 'é\t"'],
    ['a quoted segment names a field with a dot', '."a.b" = 1\n.x = ."a.b"', 1],
    ['a comment ends with its line', '.x = 1 # .x = 2', 1],
    ['Rust’s \\d knows all Unicode digits', '.x = match("٣", r\'^\\d$\')', true],
  ])('%s', (_rule, source, expected) => {
    expect(runRemap(source)?.x).toEqual(expected);
  });

  it('del removes a field and gives its value', () => {
    expect(runRemap('.x = del(.message)')).toEqual({ x: 'hello world' });
  });
  it('knows the kind of a path after it was assigned, in both branches', () => {
    expect(runRemap('if true { .r = 0.5 } else { .r = 1.0 }\nif .r < 0.7 { .x = 1 }')?.x).toBe(1);
  });
  it('sends the original event on when a program fails (drop_on_error defaults to false)', () => {
    expect(runRemap('.x = 1\n.y = upcase!(.nope)')).toEqual({ message: 'hello world' });
  });
  it('drops the event of a failed program when drop_on_error is true', () => {
    expect(keptBy(remap('.y = upcase!(.nope)', 'drop_on_error = true'), [line('a')])).toEqual([false]);
  });
  it('drops the event of an aborted program (drop_on_abort defaults to true)', () => {
    expect(keptBy(remap('if contains(string!(.message), "a") { abort }'), [line('a'), line('b')])).toEqual([
      false,
      true,
    ]);
  });
});

describe('the sample transform', () => {
  const sample = (body: string) => fragment(`type = "sample"\n${body}`);

  it('hashes with SeaHash', () => {
    expect(seahash(Buffer.from('to be or not to be'))).toBe(1988685042348123509n);
  });
  it('rate keeps the first of every N', () => {
    expect(keptBy(sample('rate = 3'), alike(7))).toEqual([true, false, false, true, false, false, true]);
  });
  it('ratio keeps every so manieth', () => {
    expect(keptBy(sample('ratio = 0.5'), alike(4))).toEqual([true, false, true, false]);
  });
  it('writes the rate as text under sample_rate, and a ratio as the ratio', () => {
    expect(evaluateVector({ config: sample('rate = 10'), events: alike(1) })[0]?.record?.sample_rate).toBe('10');
    expect(evaluateVector({ config: sample('ratio = 0.25'), events: alike(1) })[0]?.record?.sample_rate).toBe('0.25');
  });
  it('writes no rate when sample_rate_key is empty', () => {
    const [verdict] = evaluateVector({ config: sample('rate = 1\nsample_rate_key = ""'), events: alike(1) });
    expect(verdict?.record).toEqual({ message: 'x' });
  });
  it('passes what exclude matches, without a rate on it', () => {
    const config = sample('rate = 1000000\nexclude = \'.severity == "ERROR"\'');
    const verdicts = evaluateVector({ config, events: [line('a', 'INFO'), line('b', 'ERROR'), line('c', 'INFO')] });
    expect(verdicts.map((verdict) => verdict.record?.sample_rate)).toEqual(['1000000', undefined, undefined]);
    expect(verdicts.map((verdict) => verdict.kept)).toEqual([true, true, false]);
  });
  it('ratio_field decides by the ratio of the event, and writes it', () => {
    const events = Array.from({ length: 20_000 }, () => line('x', 'INFO', { r: 0.1 }));
    const kept = evaluateVector({ config: sample('ratio = 1.0\nratio_field = "r"'), events }).filter((one) => one.kept);
    expect(kept.length).toBeGreaterThan(1_850);
    expect(kept.length).toBeLessThan(2_150);
    expect(kept[0]?.record?.sample_rate).toBe('0.1');
  });
  it('ratio_field falls back on the static setting where the value is missing or outside (0, 1]', () => {
    const config = sample('rate = 2\nratio_field = "r"');
    const events = [0, -1, 1.5, 'many', undefined, true].map((r) => line('x', 'INFO', { r }));
    expect(keptBy(config, events)).toEqual([true, false, true, false, true, false]);
  });
  it('ratio_field reads numbers written as text', () => {
    expect(
      keptBy(sample('rate = 9\nratio_field = "r"'), [line('a', 'INFO', { r: '1' }), line('b', 'INFO', { r: '1.0' })]),
    ).toEqual([true, true]);
  });
  it('rate_field takes no floats', () => {
    const config = sample('rate = 2\nrate_field = "r"');
    expect(keptBy(config, [line('a', 'INFO', { r: 1.5 }), line('b', 'INFO', { r: 1.5 })])).toEqual([true, false]);
  });
  it('key_field gives lines of one key one fate', () => {
    const events = Array.from({ length: 400 }, (_, index) => line('x', 'INFO', { k: `key-${index % 100}` }));
    const kept = keptBy(sample('ratio = 0.3\nkey_field = "k"'), events);
    expect(kept.slice(0, 100)).toEqual(kept.slice(100, 200));
    expect(kept.slice(0, 100).filter(Boolean).length).toBeGreaterThan(10);
  });
  it.each([
    ['key_field with ratio_field', 'rate = 2\nkey_field = "a"\nratio_field = "b"', 'key_field'],
    ['ratio_field with rate_field', 'rate = 2\nrate_field = "a"\nratio_field = "b"', 'exclude each other'],
    ['a dynamic field without a static setting', 'ratio_field = "b"', 'exactly one'],
    ['rate and ratio together', 'rate = 2\nratio = 0.5', 'exactly one'],
    ['a ratio of 0', 'ratio = 0.0', 'ratio must be above 0'],
    ['a rate of 0', 'rate = 0', 'rate must be'],
    ['an unknown option', 'rate = 2\nprobability = 0.5', 'probability'],
  ])('refuses %s', (_what, body, message) => {
    expect(() => keptBy(sample(body), alike(1))).toThrow(message);
  });
});

describe('filter, route and the wiring', () => {
  it('filter forwards what its condition matches and drops the rest', () => {
    const config = fragment('type = "filter"\ncondition = \'.severity != "DEBUG"\'');
    expect(keptBy(config, [line('a', 'DEBUG'), line('b', 'INFO')])).toEqual([false, true]);
  });
  it('a condition that fails while it runs counts as false', () => {
    const config = fragment('type = "filter"\ncondition = \'contains(string!(.nope), "a")\'');
    expect(keptBy(config, [line('a')])).toEqual([false]);
  });
  it('E102: a condition must be boolean', () => {
    expect(() => keptBy(fragment('type = "filter"\ncondition = ".flag"'), [line('a')])).toThrow('boolean');
  });
  it('route sends to every route that matches, else to _unmatched; what nobody reads is gone', () => {
    const config = `
transforms:
  split: {type: route, inputs: [logs], route: {debug: '.severity == "DEBUG"', info: '.severity == "INFO"'}}
  half: {type: sample, inputs: [split.info], rate: 2}
sinks:
  out: {type: console, inputs: [half, split._unmatched]}
`;
    const events = [line('a', 'DEBUG'), line('b', 'INFO'), line('c', 'INFO'), line('d', 'ERROR'), line('e')];
    expect(keptBy(config, events)).toEqual([false, true, false, true, true]);
  });
  it('an event that leaves twice is an error of the configuration', () => {
    const config = `
transforms:
  split: {type: route, inputs: [logs], route: {one: 'true', two: 'true'}}
sinks:
  out: {type: console, inputs: [split.*]}
`;
    expect(() => keptBy(config, alike(1))).toThrow('more than once');
  });
  it('an input that does not exist is refused', () => {
    const config =
      '[sources.in]\ntype = "stdin"\n[transforms.a]\ntype = "filter"\ninputs = ["typo"]\ncondition = "true"';
    expect(() => keptBy(config, alike(1))).toThrow('typo');
  });
  it.each(['$5', '$.', '${A', '$$', '$word'])(
    'names %s, which some versions read as an environment variable',
    (text) => {
      expect(() => keptBy(remap(`.x = s'${text}'`), alike(1))).toThrow('environment variable');
    },
  );
  it('takes a dollar at the end of a regex, and as a class', () => {
    expect(runRemap(".x = match(string!(.message), r'^[$]5$')", line('$5'))?.x).toBe(true);
  });
  it('names transform types that it does not know', () => {
    expect(() => keptBy(fragment('type = "dedupe"'), alike(1))).toThrow('dedupe');
  });
});
