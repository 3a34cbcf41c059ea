const MOST_BEFORE = 2;
/** `2026-05-04T10:00:05`, with a blank for the T, a fraction and a zone where they are; at most a bracket before it. */
const INSTANT = /^\W{0,2}(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(Z| ?[+-]\d\d:?\d\d)?/;
const ZERO = 0x30;
const NINE = 0x39;

/** When a plain line says it was written, Unix milliseconds, taken for UTC where it names no zone; undefined: it does not begin with that. */
export function leadingTime(line: string): number | undefined {
  if (!mayBeInstant(line)) return undefined;
  const found = INSTANT.exec(line);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = found;
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const utc = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return utc + milliseconds - offsetMs(zone.trim());
}

/** Whether the first digits are a year's, so that most lines cost next to nothing. */
function mayBeInstant(line: string): boolean {
  for (let at = 0; at <= MOST_BEFORE; at++) {
    const unit = line.charCodeAt(at);
    if (unit >= ZERO && unit <= NINE) return line.charCodeAt(at + 4) === 0x2d;
  }
  return false;
}

function offsetMs(zone: string): number {
  if (zone === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}
