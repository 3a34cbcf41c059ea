import { request } from 'node:http';
import { expect, it } from 'vitest';
import { Journal } from './journal.ts';
import { startSimulator } from './server.ts';

const arrival = (path: string) => ({ method: 'POST', path, headers: {}, at: 0 });

it('forgets the oldest entry when it is full, and never reuses an id', () => {
  const journal = new Journal(2);
  for (const path of ['/a', '/b', '/c']) journal.open(arrival(path));
  expect(journal.entries.map((entry) => [entry.id, entry.path])).toEqual([
    [2, '/b'],
    [3, '/c'],
  ]);
  journal.clear();
  expect(journal.open(arrival('/d')).id).toBe(4);
});

it('forgets old entries when their bodies weigh too much, but never the last one', () => {
  const journal = new Journal();
  const half = 40 * 1024 * 1024;
  for (const path of ['/a', '/b']) journal.received(journal.open(arrival(path)), {}, half);
  expect(journal.entries.map((entry) => entry.path)).toEqual(['/b']);
  journal.received(journal.open(arrival('/c')), {}, 3 * half);
  expect(journal.entries.map((entry) => entry.path)).toEqual(['/c']);
});

it('tells those who wait, whether the entry is there already or comes later', async () => {
  const journal = new Journal();
  const later = journal.until((entry) => entry.path === '/b' && entry.finished);
  const first = journal.open(arrival('/a'));
  expect(await journal.until((entry) => entry.path === '/a')).toBe(first);
  const second = journal.open(arrival('/b'));
  journal.update(second, { finished: true });
  expect(await later).toBe(second);
});

it('notes a client that leaves in the middle of a stream', async () => {
  const simulator = await startSimulator({ latency: { firstTokenMs: 0, interTokenMs: 50 } });
  const sent = request(`${simulator.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer k' },
  });
  sent.on('error', () => undefined);
  sent.once('response', (response) => response.once('data', () => sent.destroy()));
  sent.end(JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'in 200 words' }] }));
  expect(await simulator.journal.until((entry) => entry.aborted)).toMatchObject({ finished: false, status: 200 });
  await simulator.close();
});

it('keeps the text of a body that is not JSON', async () => {
  const simulator = await startSimulator();
  await fetch(`${simulator.url}/v1/embeddings`, { method: 'POST', body: 'not json' });
  expect(simulator.journal.entries).toMatchObject([{ body: 'not json', bytes: 8 }]);
  await simulator.close();
});
