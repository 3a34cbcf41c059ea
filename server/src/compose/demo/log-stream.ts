/** A line of the storefront's log, before anybody decided on it. */
export interface DemoLine {
  readonly severity: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';
  readonly body: string;
  /** Unix milliseconds. */
  readonly time: number;
}

const HOUR_MS = 3_600_000;
const CITIES = ['Oslo', 'Lagos', 'Lima', 'Hanoi', 'Porto', 'Quito'];
const ITEMS = ['kettle', 'lamp', 'bicycle', 'tent', 'chair'];

/** What is logged how often, in lines of a thousand: loud routine, some warnings, and errors well below five in a hundred. */
const WORDING: readonly (readonly [often: number, severity: DemoLine['severity'], of: (at: number) => string])[] = [
  [300, 'INFO', (at) => `GET /products/${at} answered 200 in ${3 + (at % 80)} ms`],
  [170, 'DEBUG', (at) => `cache lookup for product:${at} hit after ${at % 9} ms`],
  [150, 'DEBUG', (at) => `session ${(at * 7919).toString(16)} renewed for user ${at % 911}`],
  [120, 'INFO', (at) => `health check from 10.0.${at % 16}.${at % 251} answered ok`],
  [90, 'INFO', (at) => `cart of user ${at % 911} now holds ${1 + (at % 6)} items`],
  [60, 'INFO', (at) => `order ${80_000 + at} placed: ${ITEMS[at % ITEMS.length]} to ${CITIES[at % CITIES.length]}`],
  [40, 'WARNING', (at) => `slow query: ${400 + (at % 700)} ms on table stock`],
  [30, 'WARNING', (at) => `mail server answered 451, message ${at} waits`],
  [18, 'INFO', (at) => `user ${at % 911} changed the delivery address`],
  [14, 'ERROR', (at) => `payment of order ${80_000 + at} failed: connection to 10.2.0.${at % 251} reset`],
  [8, 'ERROR', (at) => `stock of product ${at} cannot be read: timeout after 2000 ms`],
];
const WHOLE = WORDING.reduce((sum, [often]) => sum + often, 0);
/** Coprime to a thousand: neighbours differ, and every thousand lines hold each wording as often as it says. */
const STRIDE = 617;

/** An hour of log that ends at `endMs`, oldest first; `from` numbers the first line, so that two windows differ. */
export function storefrontLog(of: { endMs: number; lines: number; from: number }): DemoLine[] {
  return Array.from({ length: of.lines }, (_, index) => {
    const at = of.from + index;
    const [, severity, body] = wordingAt((at * STRIDE) % WHOLE);
    return { severity, body: body(at), time: of.endMs - HOUR_MS + Math.floor((index * HOUR_MS) / of.lines) };
  });
}

function wordingAt(place: number): (typeof WORDING)[number] {
  let left = place;
  for (const wording of WORDING) {
    left -= wording[0];
    if (left < 0) return wording;
  }
  throw new Error(`there is no wording at ${place}`);
}
