import { expect, it } from 'vitest';
import { selfTimes } from './cpu-profile.ts';

const node = (id: number, functionName: string, url = '') => ({ id, callFrame: { functionName, url, lineNumber: 9 } });

it('sums own time by function and by place, without the idle time', () => {
  const profile = {
    nodes: [
      node(1, '(idle)'),
      node(2, 'decode', 'file:///somewhere/weir/server/src/protocols/openai-chat/decode.ts'),
      node(3, 'dispatch', 'file:///somewhere/weir/node_modules/undici/lib/client.js'),
      node(4, '(garbage collector)'),
      node(5, 'onwrite', 'node:internal/streams/writable'),
    ],
    samples: [1, 2, 3, 2, 4, 5],
    timeDeltas: [9_000, 1_000, 2_000, 3_000, 500, 1_500],
  };
  const { busyMs, functions, places } = selfTimes(profile, '/somewhere/weir');
  expect(busyMs).toBe(8);
  expect(functions[0]).toEqual({ name: 'decode server/src/protocols/openai-chat/decode.ts:10', ms: 4, share: 0.5 });
  expect(places.map(({ name }) => name)).toEqual([
    'server/src/protocols/openai-chat',
    'undici',
    'node:internal/streams',
    '(garbage collector)',
  ]);
});
