export type Random = (below: number) => number;
type Value = (random: Random) => string;

/** Lines of a system that does not exist, with the event each of them is. */
export interface ImaginedLog {
  readonly name: string;
  /** As the system would write them, header included. */
  readonly raw: readonly string[];
  readonly content: readonly string[];
  readonly events: readonly string[];
}

export interface ImaginedSystem {
  readonly name: string;
  readonly header: (random: Random, clock: string, event: number) => string;
  /** `{kind}` stands for a value of VALUES. */
  readonly events: readonly string[];
}

export const words = (text: string) => text.split(' ');
const USERS = words(
  'alice bob carol dave erin frank grace heidi ivan judy mallory niaj olivia peggy rupert sybil trent victor walter wendy root admin svc-backup deploy jenkins m.rossi anna_k',
);
const SERVICES = words('checkout billing search inventory mailer auth gateway catalog payments notifications');
const CITIES = words('Berlin Porto Osaka Lima Quebec Turin Gdansk Hobart');
const TABLES = words('orders customers invoices order_items sessions audit_log shipments');
const ERRORS = [
  'connection refused',
  'connection reset by peer',
  'i/o timeout',
  'no route to host',
  'certificate has expired',
  'unexpected end of stream',
  'permission denied',
  'too many open files',
  'broken pipe',
  'context deadline exceeded',
  'disk quota exceeded',
  'name resolution failed',
];
const PRODUCTS = words('lamp chair desk mug kettle rug shelf mirror vase clock towel basket');

export const pick =
  (from: readonly string[]): Value =>
  (random) =>
    from[random(from.length)] as string;
const hex =
  (length: number): Value =>
  (random) =>
    Array.from({ length }, () => '0123456789abcdef'[random(16)]).join('');
const number =
  (below: number): Value =>
  (random) =>
    String(random(below));

const VALUES: Readonly<Record<string, Value>> = {
  n: number(100_000),
  small: number(10),
  float: (random) => `${random(100)}.${random(1000)}`,
  ms: (random) => `${random(5000)}ms`,
  dur: (random) => pick([`${random(900)}ms`, `${random(50)}.${random(9)}s`, `${1 + random(9)}m${random(60)}s`])(random),
  size: (random) => `${1 + random(900)} ${pick(['KB', 'MB', 'GB'])(random)}`,
  ip: (random) => `10.${random(256)}.${random(256)}.${random(256)}`,
  port: (random) => String(1024 + random(60_000)),
  hex: hex(8),
  sha: hex(40),
  uuid: (random) => `${hex(8)(random)}-${hex(4)(random)}-${hex(4)(random)}-${hex(4)(random)}-${hex(12)(random)}`,
  user: pick(USERS),
  service: pick(SERVICES),
  city: pick(CITIES),
  table: pick(TABLES),
  error: pick(ERRORS),
  product: pick(PRODUCTS),
  host: (random) => `${pick(['web', 'db', 'cache'])(random)}-${random(40)}.eu.example.net`,
  pod: (random) => `${pick(SERVICES)(random)}-${hex(9)(random)}-x${random(9)}k${random(9)}q`,
  path: (random) => `/var/lib/${pick(SERVICES)(random)}/${hex(4)(random)}/data-${random(99)}.bin`,
  url: (random) => `/api/v1/${pick(TABLES)(random)}/${random(9999)}?page=${random(9)}`,
  verb: pick(words('GET GET GET POST PUT DELETE PATCH')),
  code: pick(words('200 200 201 204 301 404 500 503')),
  mail: (random) => `${pick(USERS)(random)}@${pick(words('example.org mail.example shop.example'))(random)}`,
  list: (random) => Array.from({ length: 1 + random(5) }, () => pick(PRODUCTS)(random)).join(', '),
  ids: (random) => Array.from({ length: 1 + random(6) }, () => random(9999)).join(', '),
  device: (random) => `sensor-${pick(CITIES)(random).toLowerCase()}-${random(30)}`,
  class: (random) => `com.acme.${pick(SERVICES)(random)}.${pick(words('Handler Worker Store Client Cache'))(random)}`,
  opt: (random) => (random(2) === 0 ? '' : ` (${random(100)})`),
  country: pick(words('DE FR IT PL PT ES NL SE NO FI')),
  currency: pick(words('EUR USD GBP')),
  state: pick(words('RUNNING PENDING FAILED COMPLETED CANCELLED')),
  bool: pick(['true', 'false']),
  branch: pick(words('main develop release/2.4 feature/cart-redesign fix/login-loop hotfix/tax')),
  topic: pick(words('orders.created orders.paid users.updated audit metrics.raw clicks')),
  query: (random) =>
    `find ${pick(words('id name total'))(random)} in ${pick(TABLES)(random)} where id is ${random(999)}`,
  agent: pick([
    'Mozilla/5.0 (X11; Linux x86_64)',
    'curl/8.5.0',
    'okhttp/4.9',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0)',
    'python-requests/2.31',
  ]),
  zone: pick(words('lan wan dmz guest')),
  proto: pick(words('tcp udp icmp')),
  step: pick(words('checkout install lint compile unit-tests package upload-artifacts')),
  exception: pick(
    words(
      'java.lang.NullPointerException java.io.IOException com.acme.StockException java.util.concurrent.TimeoutException java.lang.IllegalStateException',
    ),
  ),
  room: (random) => `room:${random(999)}`,
  version: (random) => `v${random(9)}.${random(20)}.${random(9)}`,
  title: pick([
    'Summer in the city',
    'The last train',
    'Cooking for two',
    'Northern lights',
    'Deep blue',
    'A day at the zoo',
    'Chess masters',
    'Winter games',
  ]),
  iface: (random) => `${pick(['eth', 'wlan', 'veth'])(random)}${random(9)}`,
  day: (random) => `2026-${String(1 + random(12)).padStart(2, '0')}-${10 + random(18)}`,
};

/** Lines of a system; common events are far more common than rare ones, as in life. */
export function imaginedLog(system: ImaginedSystem, lines: number, seed: number): ImaginedLog {
  const random = randomFrom(seed);
  const raw: string[] = [];
  const content: string[] = [];
  const events: string[] = [];
  const order = system.events
    .map((_, event) => event)
    .sort((one, other) => ((one * 7919) % 101) - ((other * 7919) % 101));
  for (let line = 0; line < lines; line++) {
    const share = random(1_000_000) / 1_000_000;
    const event = order[Math.floor(share ** 2.5 * order.length)] ?? 0;
    const text = (system.events[event] ?? '').replaceAll(
      /\{(\w+)\}/g,
      (_, kind: string) => VALUES[kind]?.(random) ?? kind,
    );
    const second = Math.floor((line * 86_400) / lines);
    const clock = [second / 3600, (second / 60) % 60, second % 60]
      .map((part) => String(Math.floor(part)).padStart(2, '0'))
      .join(':');
    content.push(text);
    raw.push(system.header(random, clock, event) + text);
    events.push(`E${event}`);
  }
  return { name: system.name, raw, content, events };
}

/** Park and Miller's generator. */
function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
