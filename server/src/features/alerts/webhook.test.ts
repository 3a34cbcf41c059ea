import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import type { Alert } from '../../ports/alerts.ts';
import { AlertWebhook } from './webhook.ts';

const SECRET = 'a-secret-of-24-characters';
const HOUR_MS = 3_600_000;

function alert(number: number): Alert {
  return {
    kind: 'provider_down',
    onceKey: `once-${number}`,
    projectId: undefined,
    atMs: 1000,
    message: `alert ${number}`,
    details: { number },
  };
}

function stage() {
  const clock = new ManualClock();
  const posts: { url: string; headers: Record<string, string>; body: string }[] = [];
  const dead: string[] = [];
  const delivered: string[] = [];
  const receiver: { answer: () => Promise<{ status: number; body: string }> } = {
    answer: async () => ({ status: 200, body: '' }),
  };
  const webhook = new AlertWebhook({
    url: 'https://hooks.example/weir',
    secret: SECRET,
    clock,
    fetch({ url, headers, body = '' }) {
      posts.push({ url, headers, body });
      return receiver.answer();
    },
    deadLetter: (of, why) => dead.push(`${of.message}: ${why}`),
    delivered: (of) => delivered.push(of.message),
  });
  return { clock, posts, dead, delivered, receiver, webhook };
}

/** What waits on promises alone runs. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a webhook', () => {
  test('gets a text that Slack shows, an id, and a signature over time and body', async () => {
    const { webhook, posts, clock, delivered } = stage();
    webhook.send(alert(1));
    await settle();
    const [post] = posts;
    expect(JSON.parse(post?.body ?? '')).toEqual({
      text: 'Weir: alert 1',
      id: post?.headers['x-weir-alert-id'],
      kind: 'provider_down',
      once_key: 'once-1',
      project_id: null,
      timestamp: '1970-01-01T00:00:01.000Z',
      details: { number: 1 },
    });
    const seconds = Math.floor(clock.now() / 1000);
    const signature = createHmac('sha256', SECRET).update(`${seconds}.${post?.body}`).digest('hex');
    expect(post?.headers['x-weir-signature']).toBe(`t=${seconds},v1=${signature}`);
    expect(delivered).toEqual(['alert 1']);
  });

  test('gets names that clients chose as text, not as links or calls to everybody', async () => {
    const { webhook, posts } = stage();
    webhook.send({ ...alert(1), message: 'failing on <!channel> <https://evil.example|here> & there' });
    await settle();
    const { text } = JSON.parse(posts[0]?.body ?? '') as { text: string };
    expect(text).toBe('Weir: failing on &lt;!channel&gt; &lt;https://evil.example|here&gt; &amp; there');
  });

  test('gets alerts one at a time and in order', async () => {
    const { webhook, posts, receiver } = stage();
    const first = Promise.withResolvers<{ status: number; body: string }>();
    receiver.answer = () => first.promise;
    for (const number of [1, 2, 3]) webhook.send(alert(number));
    await settle();
    expect(posts).toHaveLength(1);
    first.resolve({ status: 204, body: '' });
    await settle();
    expect(posts.map(({ body }) => JSON.parse(body).text)).toEqual(['Weir: alert 1', 'Weir: alert 2', 'Weir: alert 3']);
  });

  test.each([
    ['answers 500', async () => ({ status: 500, body: '' })],
    ['redirects', async () => ({ status: 302, body: '' })],
    ['cannot be reached', () => Promise.reject(new Error('refused'))],
  ])('that %s is tried again with the same id, ever more slowly, and has it in the end', async (_name, fail) => {
    const { webhook, posts, receiver, clock, delivered } = stage();
    const { answer } = receiver;
    receiver.answer = fail;
    webhook.send(alert(1));
    await settle();
    const tries: number[] = [];
    for (const pauseMs of [5000, 10_000, 20_000]) {
      clock.advance(pauseMs - 1);
      await settle();
      tries.push(posts.length);
      clock.advance(1);
      await settle();
    }
    expect(tries).toEqual([1, 2, 3]);
    receiver.answer = answer;
    clock.advance(40_000);
    await settle();
    expect(delivered).toEqual(['alert 1']);
    expect(new Set(posts.map(({ headers }) => headers['x-weir-alert-id'])).size).toBe(1);
  });

  test('that is away for a day is given up for an alert of that age, which is told', async () => {
    const { webhook, receiver, clock, dead } = stage();
    receiver.answer = async () => ({ status: 503, body: '' });
    webhook.send(alert(1));
    await settle();
    for (let hour = 0; hour < 24; hour++) {
      expect(dead).toEqual([]);
      clock.advance(HOUR_MS);
      await settle();
    }
    expect(dead).toEqual(['alert 1: undeliverable']);
  });

  test('keeps no more than a thousand alerts waiting', async () => {
    const { webhook, receiver, dead } = stage();
    receiver.answer = () => new Promise(() => undefined);
    for (let number = 1; number <= 1002; number++) webhook.send(alert(number));
    expect(webhook.waiting).toBe(1000);
    expect(dead).toEqual(['alert 1001: queue_full', 'alert 1002: queue_full']);
  });
});
