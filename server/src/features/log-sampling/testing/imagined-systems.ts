type Random = (below: number) => number;
type Value = (random: Random) => string;

/** Lines of a system that does not exist, with the event each of them is. */
export interface ImaginedLog {
  readonly name: string;
  /** As the system would write them, header included. */
  readonly raw: readonly string[];
  readonly content: readonly string[];
  readonly events: readonly string[];
}

interface ImaginedSystem {
  readonly name: string;
  readonly header: (random: Random, clock: string, event: number) => string;
  /** `{kind}` stands for a value of VALUES. */
  readonly events: readonly string[];
}

const words = (text: string) => text.split(' ');
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

const pick =
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
  iface: (random) => `${pick(['eth', 'wlan', 'veth'])(random)}${random(9)}`,
  day: (random) => `2026-${String(1 + random(12)).padStart(2, '0')}-${10 + random(18)}`,
};

const THREADS = words('main worker-1 worker-2 scheduler http-nio-8080-exec-3 http-nio-8080-exec-7 pool-2-thread-11');

const SYSTEMS: readonly ImaginedSystem[] = [
  {
    name: 'shop',
    header: (random, clock, event) =>
      `2026-11-02 ${clock}.${100 + random(900)}  ${event % 7 === 0 ? 'WARN ' : 'INFO '} [${pick(THREADS)(random)}] c.acme.shop.C${event} - `,
    events: [
      'Cart {uuid} created for user {user}',
      'User {user} added {product} to cart {uuid}',
      'User {user} removed {product} from cart {uuid}',
      'Payment {n} accepted: {float} {currency} by card ending {port}',
      'Payment {n} declined by bank for user {user}',
      'Order {n} shipped to {city}, {country}',
      'Order {n} delayed: carrier has no slot in {city}',
      'Stock of {product} is down to {small}',
      'Restocked {product}, {n} pieces',
      'Session of {user} expired after {dur}',
      'Recommendation for {user}: {list}',
      'Price of {product} changed from {float} to {float}',
      'Coupon {hex} applied by {user}{opt}',
      'Cannot reach service {service}: {error}',
      'Retrying call to {service} in {ms}',
      'Cache warmed with {n} entries in {dur}',
      'Nightly export finished',
      'Nightly export started',
      'Mail to {mail} sent',
      'Mail to {mail} bounced',
      'Request rejected, quota of {user} is used up',
    ],
  },
  {
    name: 'database',
    header: (random, clock, event) => `2026-11-02 ${clock}.${100 + random(900)} UTC [${random(9000)}] ${event % 5 === 0 ? 'ERROR' : 'LOG'}:  `,
    events: [
      'connection received: host={ip} port={port}',
      'connection authorized: user={user} database={service}',
      'disconnection: session time: {dur} user={user} database={service} host={ip} port={port}',
      'checkpoint starting: time',
      'checkpoint complete: wrote {n} buffers ({float}%); write={float} s, sync={float} s, total={float} s',
      'automatic vacuum of table "{service}.public.{table}": index scans: {small}',
      'automatic analyze of table "{service}.public.{table}" system usage: CPU {float}s',
      'duplicate key value violates unique constraint "{table}_pkey"',
      'relation "{table}" does not exist at character {n}',
      'deadlock detected',
      'process {n} still waiting for ShareLock on transaction {n} after {float} ms',
      'process {n} acquired ShareLock on transaction {n} after {float} ms',
      'temporary file: path "base/tmp/t{n}.{small}", size {n}',
      'could not send data to client: {error}',
      'canceling statement due to statement timeout',
      'canceling statement due to user request',
      'password authentication failed for user "{user}"',
      'role "{user}" does not exist',
      'received fast shutdown request',
      'database system is ready to accept connections',
      'duration: {float} ms  statement: vacuum {table}',
      'replication slot "{service}" advanced to {hex}',
    ],
  },
  {
    name: 'cluster',
    header: (random, clock, event) => `I1102 ${clock}.${random(999_999)}       1 controller_${event}.go:${100 + event}] `,
    events: [
      'Scaled up replica set {pod} to {small}',
      'Scaled down replica set {pod} to {small}',
      'Successfully assigned default/{pod} to {host}',
      'Pulling image "registry.example.net/{service}:{hex}"',
      'Successfully pulled image "registry.example.net/{service}:{hex}" in {dur} ({dur} including waiting)',
      'Created container {service}',
      'Started container {service}',
      'Killing container {service} in pod {pod}: grace period {small}s',
      'Readiness probe failed for {pod}: HTTP probe failed with statuscode: {code}',
      'Liveness probe failed for {pod}: Get "http://{ip}:{port}/healthz": {error}',
      'Back-off restarting failed container {service} in pod {pod}',
      'Node {host} status is now: NodeReady',
      'Node {host} status is now: NodeNotReady',
      'Evicting pod {pod} from node {host}: usage of memory is {size}',
      'Volume {uuid} attached to {host}',
      'Volume {uuid} detached from {host}',
      'Failed to sync configmap {service}-config: {error}',
      'Updated endpoints of {service}, addresses: [{ids}]',
      'Garbage collected {n} images, freed {size}',
      'Certificate for {host} renewed until {day}',
      'leader election lost',
      'attempting to acquire leader lease {service}/{service}...',
    ],
  },
  {
    name: 'mail',
    header: (random, clock, event) => `Nov  2 ${clock} ${pick(['mx', 'relay', 'store'])(random)} acmemail/${pick(words('smtpd queue local'))(() => event % 3)}[${random(30_000)}]: `,
    events: [
      'connect from {host}[{ip}]',
      'disconnect from {host}[{ip}] ehlo={small} mail={small} rcpt={small} quit={small} commands={small}',
      'lost connection after DATA from {host}[{ip}]',
      '{hex}: client={host}[{ip}], sasl_method=PLAIN, sasl_username={user}',
      '{hex}: message-id=<{uuid}@example.org>',
      '{hex}: from=<{mail}>, size={n}, nrcpt={small} (queue active)',
      '{hex}: to=<{mail}>, relay={host}[{ip}]:25, delay={float}, status=sent (250 ok id={hex})',
      '{hex}: to=<{mail}>, relay=none, delay={float}, status=deferred ({error})',
      '{hex}: removed',
      'warning: hostname {host} does not resolve to address {ip}',
      'statistics: max connection rate {small}/60s for (smtp:{ip})',
      'statistics: max cache size {n} at Nov 2 10:{small}0:00',
      'table {path} has changed -- restarting',
      'mailbox of {user} is {size}, over its limit',
      'spam score {float} for message from {mail}, rejected',
      'spam score {float} for message from {mail}, accepted',
      'greylisted {ip} for {dur}',
      'virus {hex} found in attachment of {mail}',
    ],
  },
  {
    name: 'gateway',
    header: (random, clock) => `${(random(1), `{"ts":"2026-11-02T${clock}Z"} `)}`,
    events: [
      'level=info msg="request completed" method={verb} path={url} status={code} duration={dur} ip={ip}',
      'level=info msg="listening" addr={ip}:{port}',
      'level=warn msg="slow upstream" upstream={service} duration={dur}',
      'level=error msg="upstream failed" upstream={service} err="{error}" attempt={small}',
      'level=info msg="circuit opened" upstream={service}',
      'level=info msg="circuit closed" upstream={service}',
      'level=debug msg="cache hit" key={sha}',
      'level=debug msg="cache miss" key={sha}',
      'level=info msg="token issued" user={user} ttl={n}',
      'level=info msg="token revoked" user={user} by={user}',
      'level=warn msg="rate limited" user={user} limit={n} window={dur}',
      'level=info msg="config reloaded" version={n} checksum={sha}',
      'level=error msg="panic recovered" handler={class} stack={path}',
      'level=info msg="tls handshake failed" remote={ip}:{port} err="{error}"',
      'level=info msg="shutting down"',
    ],
  },
  {
    name: 'devices',
    header: (random, clock) => `[02.11.2026 ${clock}] `,
    events: [
      '{device} online, firmware {small}.{small}.{n}, rssi -{small}{small} dBm',
      '{device} offline, last seen {dur} ago',
      '{device} reported temperature {float} C',
      '{device} reported humidity {float} %',
      '{device} battery low: {small} %',
      'Firmware {sha} pushed to {device}',
      'Firmware {sha} rejected by {device}',
      'Site {city}: {n} of {n} sensors reachable',
      'Site {city}: alarm raised by {device}',
      'Site {city}: alarm cleared by {device}',
      'Operator {user} acknowledged alarm {n}',
      'Operator {user} opened valve {small}',
      'Operator {user} closed valve {small}',
      'Interface {iface} link is up, {n} Mbps',
      'Interface {iface} link is down',
      'Batch {hex} uploaded: {n} samples, {size}',
      'Batch {hex} failed: {error}',
      'Clock of {device} is off by {ms}, corrected',
      'Class {class} loaded in {ms}',
      'Rule "{city} night {small}" fired',
    ],
  },
];

/** Some thousand lines of each system; common events are far more common than rare ones, as in life. */
export function imaginedLogs(lines: number, seed: number): ImaginedLog[] {
  return SYSTEMS.map((system) => imaginedLog(system, lines, randomFrom(seed)));
}

function imaginedLog(system: ImaginedSystem, lines: number, random: Random): ImaginedLog {
  const raw: string[] = [];
  const content: string[] = [];
  const events: string[] = [];
  const order = system.events.map((_, event) => event).sort((one, other) => ((one * 7919) % 101) - ((other * 7919) % 101));
  for (let line = 0; line < lines; line++) {
    const share = random(1_000_000) / 1_000_000;
    const event = order[Math.floor(share ** 2.5 * order.length)] ?? 0;
    const text = (system.events[event] ?? '').replaceAll(/\{(\w+)\}/g, (_, kind: string) => VALUES[kind]?.(random) ?? kind);
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
