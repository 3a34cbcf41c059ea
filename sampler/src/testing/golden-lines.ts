const WORDS =
  "open close user session payment retry timeout cache miss hit worker queue shard leader élan 設定 über état DataNode$Thread com.shop.Cart don't N/A on/off".split(
    ' ',
  );
const JOINTS = [
  ' ',
  ' ',
  ' ',
  ' ',
  ': ',
  '=',
  ', ',
  ' (',
  ') ',
  ' [',
  '] ',
  '|',
  '; ',
  ' - ',
  '"',
  " '",
  '\t',
  ' {',
  '} ',
  '\\"',
];
const ODDITIES = [
  '\u001b[31mERROR\u001b[0m',
  '\ud800',
  '😀',
  '\u0000',
  '\\n',
  '',
  '-',
  '--',
  '/',
  '\\',
  '%',
  '\nsecond line',
  'x'.repeat(2100),
];
const HEX = '0123456789abcdef';

type Random = (below: number) => number;

/** The same lines every time: variables of every kind between words of every kind, and what nobody expects in a log. */
export function goldenLines(count: number, seed = 1): string[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => {
    const parts: string[] =
      random(4) === 0 ? [`${timestamp(random)} ${pick(random, ['INFO', 'WARN', '[error]'])}`] : [];
    for (let left = 1 + random(8); left > 0; left--) {
      if (parts.length > 0) parts.push(pick(random, JOINTS));
      const dice = random(40);
      parts.push(dice === 0 ? pick(random, ODDITIES) : dice < 22 ? pick(random, WORDS) : variable(random));
    }
    return parts.join('');
  });
}

function variable(random: Random): string {
  const number = () => String(random(random(2) === 0 ? 100 : 1_000_000));
  const hex = (length: number) => Array.from({ length }, () => HEX[random(16)]).join('');
  const address = () => `10.${random(256)}.${random(256)}.${random(256)}`;
  const kinds: (() => string)[] = [
    number,
    () => `-${number()}.${number()}`,
    () => `${number()}${pick(random, ['ms', 's', 'KB', '%', ' MB', 'th'])}`,
    () => `0x${hex(8)}`,
    () => hex(12),
    () => `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`,
    address,
    () => `${address()}:${number()}`,
    () => `/srv/app-${number()}/${hex(4)}.log?x=${number()}&y=a:b`,
    () => `C:\\Data\\file ${number()}`,
    () => `https://shop.example.com/cart/${number()}?id=${hex(6)}.`,
    () => `db-${random(20)}.eu.example.org`,
    () => `db.internal.eu:${number()}`,
    () => `blk_-${number()}`,
    () => `req-${hex(8)}-${hex(4)}`,
    () => `pod-${hex(9)}-x${random(10)}k${random(10)}z`,
    () => `ana${number()}@example.net`,
    () => `${hex(2)}:${hex(2)}:${hex(2)}:${hex(2)}:${hex(2)}:${hex(2)}`,
    () => `fe80::${hex(4)}:${hex(4)}`,
    () => timestamp(random),
    () => `${number()}, ${number()}, ${number()}`,
    () => `task_${number()} task_${number()}`,
  ];
  return pick(random, kinds)();
}

function timestamp(random: Random): string {
  const two = (below: number) => String(random(below)).padStart(2, '0');
  const clock = `${two(24)}:${two(60)}:${two(60)}`;
  const day = 10 + random(18);
  return pick(random, [
    `2026-${two(12)}-${day}T${clock}.${random(1000)}Z`,
    `2026-${two(12)}-${day} ${clock},${random(1000)}`,
    `Nov ${day} ${clock}`,
    `[Sat Nov ${day} ${clock} 2026]`,
    `${day}/Nov/2026:${clock} +0000`,
  ]);
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[random(from.length)] as T;
}

/** Park and Miller's generator in 32 bits, the same in every language. */
function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
