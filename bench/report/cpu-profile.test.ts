import { expect, it } from 'vitest';
import { selfTimes } from './cpu-profile.ts';

const root = '/somewhere/weir';
const decode = `file://${root}/server/src/protocols/openai-chat/decode.ts`;
const undici = `file://${root}/node_modules/undici/lib/client.js`;

const node = (id: number, functionName: string, { url = '', children = [] as number[] } = {}) => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
  children,
});

const profile = {
  nodes: [
    node(1, '(idle)'),
    node(2, 'decode', { url: decode, children: [3] }),
    node(3, 'dispatch', { url: undici, children: [6] }),
    node(4, '(garbage collector)'),
    node(5, 'onwrite', { url: 'node:internal/streams/writable' }),
    node(6, 'writev'),
  ],
  startTime: 1_000,
  samples: [1, 2, 3, 2, 4, 5, 6],
  timeDeltas: [9_000, 1_000, 1_500, 3_000, 500, 1_500, 500],
};

it('sums own time by function and by place, without the idle time', () => {
  const { busyMs, functions, places } = selfTimes(profile, { root });
  expect(busyMs).toBe(8);
  expect(functions[0]).toEqual({ name: 'decode server/src/protocols/openai-chat/decode.ts:10', ms: 4, share: 0.5 });
  expect(places.map(({ name, ms }) => [name, ms])).toEqual([
    ['server/src/protocols/openai-chat', 4],
    ['undici', 1.5],
    ['node:internal/streams', 1.5],
    ['(garbage collector)', 0.5],
    ['(native)', 0.5],
  ]);
});

it('charges what runs in packages and in native code to the function of ours that called it', () => {
  const { charged } = selfTimes(profile, { root });
  expect(charged.map(({ name, ms }) => [name, ms])).toEqual([
    ['decode server/src/protocols/openai-chat/decode.ts:10', 6],
    ['node:internal/streams', 1.5],
    ['(garbage collector)', 0.5],
  ]);
});

it('leaves out what happened before the given moment', () => {
  expect(selfTimes(profile, { root, fromUs: 15_600 }).functions.map(({ name }) => name)).toEqual([
    'onwrite node:internal/streams/writable:10',
    '(garbage collector)',
    'writev',
  ]);
});
