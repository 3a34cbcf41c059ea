import { expect, test } from 'vitest';
import { ManualClock } from '../../../test/contracts/manual-clock.ts';
import { DAY_MS } from '../kernel/time.ts';
import { type CaptureParts, composeCapture } from './capture.ts';

function stand(own: Record<string, unknown> = {}) {
  const clock = new ManualClock();
  const forgotten: Record<string, number> = {};
  const inserted: (() => void)[] = [];
  const reports: [string, unknown][] = [];
  const parts = {
    config: () => ({ capture: { content: 'off', retention_days: 30, max_bytes: 10 } }),
    policies: { section: (id: string) => own[id], version: () => '' },
    stores: {
      projects: { list: () => [{ id: 'a' }, { id: 'b' }] },
      seal: { seal: (_id: string, plain: string) => plain, open: (_id: string, sealed: string) => sealed },
      storage: {
        objects: { insert: () => new Promise<void>((resolve) => void inserted.push(resolve)) },
        content: {
          forgetOld: async (of: { projectId: string; beforeMs: number }) => {
            forgotten[of.projectId] = (clock.now() - of.beforeMs) / DAY_MS;
            return 2;
          },
        },
      },
    },
    scanner: () => {
      throw new Error('no scanner');
    },
    clock,
    report: (id: string, error: unknown) => reports.push([id, error]),
  } as unknown as CaptureParts;
  return { capture: composeCapture(parts), forgotten, inserted, reports };
}

const content = (requestId: string, mode: 'full' | 'redacted' = 'full') => ({
  requestId,
  projectId: 'a',
  userId: undefined,
  mode,
  request: { text: '{"a":"b"}', isCut: false, isStream: false },
  reply: undefined,
});
const call = (projectId: string, wire = 'openai-chat') => ({ wire, caller: { projectId } });

test("a project's word on content and its age comes before the configuration's", async () => {
  const { capture, forgotten } = stand({ b: { content: 'full', retention_days: 7 } });
  expect([capture.sink.mode(call('a')), capture.sink.mode(call('b'))]).toEqual([undefined, 'full']);
  expect(capture.sink.mode(call('b', 'guard-judge'))).toBeUndefined();
  expect(await capture.forgetOld()).toBe(4);
  expect(forgotten).toEqual({ a: 30, b: 7 });
});

test('keeps nothing that could not be redacted, and says of which call', async () => {
  const { capture, inserted, reports } = stand();
  capture.sink.keep(content('req_1', 'redacted'));
  await capture.drained();
  expect([inserted.length, reports[0]?.[0]]).toEqual([0, 'req_1']);
});

test('lets only so many wait for a slow database, and the end waits for those', async () => {
  const { capture, inserted, reports } = stand();
  for (let at = 0; at < 300; at++) capture.sink.keep(content(`req_${at}`));
  expect(reports.map(([id]) => id)).toEqual(Array.from({ length: 44 }, (_, at) => `req_${256 + at}`));
  await expect.poll(() => inserted.length).toBe(256);
  for (const finish of inserted) finish();
  await capture.drained();
  capture.sink.keep(content('req_last'));
  expect(reports).toHaveLength(44);
});
