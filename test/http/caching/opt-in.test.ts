import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { type Stand, startStand } from '../clients/stand.ts';
import { keyOfNewProject, recordOf } from '../pass-through/support.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand(`
retry: { max_attempts: 0 }
routes:
  kept: { targets: [openai/gpt-4o-mini], cache: true }
  fresh: { targets: [openai/gpt-4o-mini], cache: false }
  split: { strategy: weighted, targets: [openai/gpt-4o-mini, openai/gpt-4o], cache: true }
llm: { primary_provider: openai }
providers: { openai: { default_model: gpt-4o-mini } }
`);
});
afterAll(() => stand.close());

let questions = 0;
const ask = (content = `question ${++questions}`, model = 'gpt-4o-mini') => ({
  model,
  messages: [{ role: 'user', content }],
});

interface Sent {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
}

async function call(body: object, { key = stand.key, headers = {}, path = '/v1/chat/completions' }: Sent = {}) {
  const reply = await stand.weir.api(`POST ${path}`, body, { authorization: `Bearer ${key}`, ...headers });
  return { ...reply, cache: reply.headers.get('x-weir-cache') };
}

async function twice(body: object, sent: Sent = {}): Promise<(string | null)[]> {
  return [(await call(body, sent)).cache, (await call(body, sent)).cache];
}

const asking = (cache: string): Sent => ({ headers: { 'x-weir-cache': cache } });

describe(requirement('A17d'), () => {
  it('happens only for those who want it: request, key, route, configuration', async () => {
    const yes = await stand.weir.key({ cache: true });
    const no = await stand.weir.key({ cache: false });
    expect(await twice(ask())).toEqual(['bypass', 'bypass']);
    expect(await twice(ask(), asking('use'))).toEqual(['miss', 'hit']);
    expect(await twice(ask(), { key: yes })).toEqual(['miss', 'hit']);
    expect(await twice(ask(), { ...asking('bypass'), key: yes })).toEqual(['bypass', 'bypass']);
    expect(await twice(ask('route', 'kept'))).toEqual(['miss', 'hit']);
    expect(await twice(ask('key before route', 'kept'), { key: no })).toEqual(['bypass', 'bypass']);
    expect(await twice(ask('key before route', 'fresh'), { key: yes })).toEqual(['miss', 'hit']);
    expect(await twice(ask('request before key', 'kept'), { ...asking('use'), key: no })).toEqual(['miss', 'hit']);
  });

  it('refresh gets a new reply and keeps that', async () => {
    const body = ask();
    const first = await call(body, asking('use'));
    const refreshed = await call(body, asking('refresh'));
    const third = await call(body, asking('use'));
    expect([first.cache, refreshed.cache, third.cache]).toEqual(['miss', 'miss', 'hit']);
    expect(refreshed.json.id).not.toBe(first.json.id);
    expect(third.text).toBe(refreshed.text);
  });

  it('bypass neither reads nor writes', async () => {
    const body = ask();
    const first = await call(body, asking('bypass'));
    const second = await call(body, asking('use'));
    expect([first.cache, second.cache]).toEqual(['bypass', 'miss']);
  });

  it('names a wrong header', async () => {
    const reply = await call(ask(), asking('always'));
    expect([reply.status, reply.json.error.param]).toEqual([400, 'x-weir-cache']);
  });

  it('does not depend on which target of a route was drawn', async () => {
    const models = new Set<string>();
    for (let turn = 0; turn < 12; turn++) models.add((await call(ask('drawn', 'split'))).json.model);
    expect(models.size).toBe(1);
  });

  it('keeps neither errors nor replies that were cut at their limit', async () => {
    stand.simulator.faults.add({ match: {}, fault: { kind: 'status', code: 400 }, times: 1 });
    const failing = ask();
    expect((await call(failing, asking('use'))).status).toBe(400);
    expect((await call(failing, asking('use'))).cache).toBe('miss');
    const cut = { ...ask(), max_tokens: 1 };
    expect((await call(cut, asking('use'))).json.choices[0].finish_reason).toBe('length');
    expect((await call(cut, asking('use'))).cache).toBe('miss');
  });

  it('does not take two meanings of one body for the same request', async () => {
    const twofold = '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"evil","content":"good"}]}';
    const reply = await stand.weir.api('POST /v1/chat/completions', twofold, {
      authorization: `Bearer ${stand.key}`,
      'x-weir-cache': 'use',
    });
    expect([reply.status, reply.headers.get('x-weir-cache')]).toEqual([200, 'bypass']);
  });
});

describe('S16: tenants never share replies', () => {
  it('gives a project nothing of another, whatever it asks and however', async () => {
    const mine = await keyOfNewProject(stand.weir, 'mine');
    const theirs = await keyOfNewProject(stand.weir, 'theirs');
    const body = ask('the same secret question');
    const first = await call(body, { ...asking('use'), key: mine });
    const other = await call(body, { ...asking('use'), key: theirs });
    const again = await call(body, { ...asking('use'), key: mine });
    expect([first.cache, other.cache, again.cache]).toEqual(['miss', 'miss', 'hit']);
    expect(other.json.id).not.toBe(first.json.id);
    const both = await Promise.all(
      [mine, theirs, mine, theirs].map((key) => call(ask('asked by all at once'), { ...asking('use'), key })),
    );
    expect(both[0]?.json.id).not.toBe(both[1]?.json.id);
    expect([both[2]?.json.id, both[3]?.json.id]).toEqual([both[0]?.json.id, both[1]?.json.id]);
  });

  it('shows and deletes only the own', async () => {
    const mine = await keyOfNewProject(stand.weir, 'mine 2');
    const body = ask();
    expect(await twice(body, { ...asking('use'), key: mine })).toEqual(['miss', 'hit']);
    const operator = async (name: string) => {
      const project = (await stand.weir.api('POST /api/v1/projects', { name })).json.id;
      return stand.weir.key({ project_id: project, role: 'operator' });
    };
    const stranger = await operator('stranger');
    const stats = await stand.weir.api('GET /api/v1/cache/stats', undefined, { authorization: `Bearer ${stranger}` });
    expect(stats.json).toMatchObject({ hits: 0, misses: 0, saved_usd: 0 });
    const purged = await stand.weir.api('DELETE /api/v1/cache', undefined, { authorization: `Bearer ${stranger}` });
    expect(purged.json).toMatchObject({ purged: 0 });
    expect((await call(body, { ...asking('use'), key: mine })).cache).toBe('hit');
  });
});

describe(requirement('E6'), () => {
  const path = '/api/v1/llm/completion';

  it('is on for the LLM API, says so, and use_cache: false passes it by', async () => {
    const body = { prompt: 'What is a weir?' };
    const first = await call(body, { path });
    const second = await call({ ...body, user_id: 'bob' }, { path });
    expect([first.cache, first.json.cached, second.cache, second.json.cached]).toEqual(['miss', false, 'hit', true]);
    const { content, total_tokens, prompt_tokens, model, provider, finish_reason } = first.json;
    expect(second.json).toMatchObject({ content, total_tokens, prompt_tokens, model, provider, finish_reason });
    expect(second.json).toMatchObject({ cost_usd: 0, request_id: second.headers.get('x-request-id') });
    expect(second.json.request_id).not.toBe(first.json.request_id);
    const passing = await call({ ...body, use_cache: false }, { path });
    expect([passing.cache, passing.json.cached]).toEqual(['bypass', false]);
    expect((await call(body, { ...asking('bypass'), path })).cache).toBe('bypass');
    const record = await recordOf(stand.weir, second.json.request_id);
    expect(record).toMatchObject({ cache: 'hit', wire: 'llm', tokens_used: 0, user_id: 'bob' });
    expect(record.saved_nano_usd).toBeGreaterThan(0);
  });

  it('gives streams of the LLM API again, and the chat endpoint what completion kept', async () => {
    const body = { prompt: 'What is a weir, streamed?' };
    const first = await call({ ...body, stream: true }, { path });
    const again = await call({ ...body, stream: true }, { path });
    const whole = await call(body, { path: '/api/v1/llm/chat' });
    expect([first.cache, again.cache, whole.cache]).toEqual(['miss', 'hit', 'hit']);
    const [one, two] = [events(first.text), events(again.text)];
    expect(two.done).toMatchObject({ content: one.done.content, cached: true, cost_usd: 0 });
    expect(two.text).toBe(one.text);
    expect(whole.json).toMatchObject({ content: one.done.content, cached: true });
    expect(again.text).not.toContain('kept');
  });

  it('counts hits as requests and not as tokens or money', async () => {
    const key = await stand.weir.key({
      limits: { requests_per_minute: 4, tokens_per_day: 100_000 },
      budget: { usd: 1, period: 'day' },
    });
    const replies = [];
    for (let turn = 0; turn < 5; turn++) replies.push(await call({ prompt: 'limited' }, { path, key }));
    expect(replies.map(({ status, cache }) => `${status} ${cache}`)).toEqual([
      '200 miss',
      '200 hit',
      '200 hit',
      '200 hit',
      '429 bypass',
    ]);
    const limits = await stand.weir.api('GET /api/v1/limits', undefined, { authorization: `Bearer ${key}` });
    const paid = await recordOf(stand.weir, replies[0]?.json.request_id);
    expect(JSON.stringify(limits.json)).toContain(`"used":${paid.tokens_used}`);
  });

  it('is off for the other seed APIs until asked for', async () => {
    const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'sampled' }] };
    const sampling = '/api/sampling/request';
    expect(await twice(body, { path: sampling })).toEqual(['bypass', 'bypass']);
    const first = await call(body, { ...asking('use'), path: sampling });
    const second = await call(body, { ...asking('use'), path: sampling });
    expect([first.cache, second.cache]).toEqual(['miss', 'hit']);
    expect(second.json.data).toEqual(first.json.data);
  });
});

function events(text: string): { text: string; done: Record<string, unknown> } {
  const blocks = text.trim().split('\n\n');
  const data = (name: string) =>
    blocks
      .filter((block) => block.startsWith(`event: ${name}\n`))
      .map((block) => JSON.parse(block.split('\ndata: ')[1] ?? ''));
  return {
    text: data('delta')
      .map(({ content }) => content)
      .join(''),
    done: data('done')[0],
  };
}
