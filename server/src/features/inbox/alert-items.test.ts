import { expect, test, vi } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { temporaryStorage } from '../../../../test/support/temporary-storage.ts';
import type { Alert } from '../../ports/alerts.ts';
import { alertItems } from './alert-items.ts';

const ALERT: Alert = {
  kind: 'budget',
  onceKey: 'default:key:k:day:1:0.8',
  projectId: 'default',
  atMs: 5,
  message: 'The key has spent 0.8 of 1 USD per day, 80% of it.',
  details: { scope: 'key', share: 0.8 },
};

test('the same alert is one item of its project, however often it is sent', async () => {
  const { storage } = await temporaryStorage(new ManualClock());
  const failed: unknown[] = [];
  const sink = alertItems(storage.inbox, (error) => failed.push(error));
  for (let times = 0; times < 3; times++) sink.send(ALERT);
  sink.send({ ...ALERT, onceKey: 'other' });
  sink.send({ ...ALERT, projectId: undefined });
  const items = () => storage.inbox.list({ projectId: 'default', kind: 'alert', limit: 10 });
  await vi.waitFor(async () => expect(await items()).toHaveLength(2));
  expect((await items())[0]).toMatchObject({
    status: 'open',
    title: ALERT.message,
    detail: JSON.stringify(ALERT.details),
  });
  expect(failed).toEqual([]);
});

test('an inbox that takes nothing is told of, and stops nobody', async () => {
  const broken = { put: () => Promise.reject(new Error('no database')) };
  const failed: unknown[] = [];
  alertItems(broken as never, (error) => failed.push(error)).send(ALERT);
  await vi.waitFor(() => expect(failed).toHaveLength(1));
});
