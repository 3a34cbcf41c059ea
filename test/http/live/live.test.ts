import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ComposedWeir, composeWeir } from '../security/composed-weir.ts';
import { EventStream } from './event-stream.ts';

let weir: ComposedWeir;
const streams: EventStream[] = [];

beforeAll(async () => {
  weir = await composeWeir();
});
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});
afterAll(() => weir.close());

async function watch(of: { key?: string; query?: string; lastId?: string } = {}): Promise<EventStream> {
  const { key = weir.adminKey, query = '', lastId } = of;
  const stream = await EventStream.open(`${weir.url}/api/v1/live${query}`, {
    authorization: `Bearer ${key}`,
    ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
  });
  streams.push(stream);
  await stream.until(({ events }) => events.length > 0);
  return stream;
}

async function api(line: string, body?: unknown, key = weir.adminKey) {
  const [method = 'GET', path = ''] = line.split(' ');
  const response = await fetch(weir.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-user-id': 'ann' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape.
  return { id: response.headers.get('x-request-id') ?? '', json: (await response.json()) as any };
}

const chat = (key?: string) =>
  api(
    'POST /v1/chat/completions',
    { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'nobody else reads this' }] },
    key,
  );

async function projectWithKey(name: string): Promise<{ id: string; key: string }> {
  const { json } = await api('POST /api/v1/projects', { name });
  return { id: json.id, key: (await weir.key({ role: 'operator', project_id: json.id })).key };
}

const hasCall = (id: string) => (stream: EventStream) =>
  stream.named('call').some(({ data }) => data.request_id === id);

describe('the live stream', () => {
  it('shows a call when it has settled, without what was said, and its record can be read then', async () => {
    const stream = await watch();
    const { id } = await chat();
    await stream.until(hasCall(id));
    const call = stream.named('call').at(-1)?.data;
    expect(call).toMatchObject({
      ...{ request_id: id, provider: 'openai', model: 'gpt-4o-mini', user_id: 'ann', status: 200, success: true },
      ...{ attempts: 1, findings: 0, tokens_used: 4, cache: 'bypass' },
    });
    expect(call.cost_nano_usd).toBeGreaterThan(0);
    expect(JSON.stringify(stream.events)).not.toContain('nobody else reads this');
    const { json } = await api('GET /api/v1/usage/records?limit=1');
    expect(json.data[0].request_id).toBe(id);
  });

  it('is not far behind', async () => {
    const stream = await watch();
    const lags: number[] = [];
    for (let at = 0; at < 5; at++) {
      const { id } = await chat();
      const answeredMono = performance.now();
      await stream.until(hasCall(id));
      lags.push((stream.named('call').at(-1)?.atMono ?? 0) - answeredMono);
    }
    // 300 ms are promised; a busy machine gets five times as much.
    expect(Math.max(...lags)).toBeLessThan(1500);
  });

  it('shows each project its own, and admins all or the one they name', async () => {
    const [ours, theirs] = [await projectWithKey('live ours'), await projectWithKey('live theirs')];
    const [seenByUs, seenByAdmin, seenOfUs] = [
      await watch({ key: ours.key }),
      await watch(),
      await watch({ query: `?project_id=${ours.id}` }),
    ];
    const foreign = await chat(theirs.key);
    const own = await chat(ours.key);
    await Promise.all([
      seenByUs.until(hasCall(own.id)),
      seenByAdmin.until(hasCall(own.id)),
      seenOfUs.until(hasCall(own.id)),
    ]);
    expect(hasCall(foreign.id)(seenByAdmin)).toBe(true);
    expect(hasCall(foreign.id)(seenByUs)).toBe(false);
    expect(hasCall(foreign.id)(seenOfUs)).toBe(false);
    const refused = await fetch(`${weir.url}/api/v1/live?project_id=${theirs.id}`, {
      headers: { authorization: `Bearer ${ours.key}` },
    });
    expect(refused.status).toBe(404);
  });

  it('tells that something changed', async () => {
    const stream = await watch();
    const changed = (object: string) => (of: EventStream) =>
      of.named('change').some(({ data }) => data.object === object);
    await weir.key({ role: 'viewer' });
    await stream.until(changed('key'));
    await api('PUT /api/v1/budgets', { scope: 'user', id: 'ann', usd: 5, period: 'day' });
    await stream.until(changed('budget'));
    const approval = { name: 'ask', steps: [{ name: 'ask', type: 'approval', config: { message: 'Yes?' } }] };
    const { json } = await api('POST /api/workflows', approval);
    await api(`POST /api/workflows/${json.id}/execute`, {});
    await stream.until(changed('inbox'));
    await stream.until(changed('run'));
  });

  it('goes on behind the last event somebody saw', async () => {
    const stream = await watch();
    const first = await chat();
    await stream.until(hasCall(first.id));
    const lastId = stream.named('call').at(-1)?.id ?? '';
    stream.close();
    const missed = await chat();
    const again = await watch({ lastId });
    await again.until(hasCall(missed.id));
    expect(hasCall(first.id)(again)).toBe(false);
    expect(again.named('skipped')).toEqual([]);
  });

  it('says that events may be missing when it was resumed behind another server', async () => {
    const stream = await watch({ lastId: '0123456789ab-7' });
    await stream.until((of) => of.named('skipped').length > 0);
    expect(stream.named('skipped')[0]?.data).toEqual({ count: null });
    const wrong = await fetch(`${weir.url}/api/v1/live`, {
      headers: { authorization: `Bearer ${weir.adminKey}`, 'last-event-id': 'x' },
    });
    expect(wrong.status).toBe(400);
  });

  it('ends when its key is revoked', async () => {
    const { id, key } = await weir.key({ role: 'viewer' });
    const stream = await watch({ key });
    await api(`DELETE /api/v1/keys/${id}`);
    await stream.ended();
    expect((await fetch(`${weir.url}/api/v1/live`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(401);
  });

  it('is not for inference keys', async () => {
    const { key } = await weir.key({ role: 'inference' });
    const { status } = await fetch(`${weir.url}/api/v1/live`, { headers: { authorization: `Bearer ${key}` } });
    expect(status).toBe(403);
  });
});
