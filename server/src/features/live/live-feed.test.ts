import { expect, it } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { LiveFeed } from './live-feed.ts';

const change = (projectId: string | undefined, id: string) =>
  ({ kind: 'change', projectId, object: 'key', id }) as const;
const all = { projectId: undefined, waitMs: 1000 };

it('gives at once what happened behind a number, to each project its own', async () => {
  const feed = new LiveFeed(new ManualClock());
  feed.add(change('a', '1'));
  feed.add(change('b', '2'));
  feed.add(change(undefined, '3'));
  const ids = async (number: number, projectId?: string) =>
    (await feed.after({ number, projectId, waitMs: 1000 })).events.map(
      ({ number, event }) => `${number} ${event.kind === 'change' ? event.id : ''}`,
    );
  expect(await ids(0)).toEqual(['1 1', '2 2', '3 3']);
  expect(await ids(1)).toEqual(['2 2', '3 3']);
  expect(await ids(0, 'a')).toEqual(['1 1', '3 3']);
});

it('waits for the first event, and tells those together that come together', async () => {
  const clock = new ManualClock();
  const feed = new LiveFeed(clock);
  const waiting = feed.after({ ...all, number: 0 });
  feed.add(change('a', '1'));
  feed.add(change('a', '2'));
  clock.advance(40);
  expect((await waiting).events).toHaveLength(2);
});

it('ends a wait without events after its time, and at once when it is closed', async () => {
  const clock = new ManualClock();
  const feed = new LiveFeed(clock);
  const timed = feed.after({ ...all, number: 0 });
  clock.advance(1000);
  expect(await timed).toEqual({ events: [], upTo: 0, skipped: 0 });
  const closed = feed.after({ ...all, number: 0 });
  feed.close();
  expect(await closed).toEqual({ events: [], upTo: 0, skipped: 0 });
});

it('tells a slow reader how much it missed, and goes on with what is kept', async () => {
  const feed = new LiveFeed(new ManualClock());
  for (let id = 1; id <= 2010; id++) feed.add(change('a', String(id)));
  const batch = await feed.after({ ...all, number: 3 });
  expect(batch.skipped).toBe(7);
  expect(batch.events[0]?.number).toBe(11);
  expect(batch.events).toHaveLength(500);
  expect((await feed.after({ ...all, number: batch.upTo })).events[0]?.number).toBe(511);
});

it('takes no number for more than it has', async () => {
  const feed = new LiveFeed(new ManualClock());
  feed.add(change('a', '1'));
  feed.close();
  expect(await feed.after({ ...all, number: 99 })).toEqual({ events: [], upTo: 1, skipped: 0 });
});
