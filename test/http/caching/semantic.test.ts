import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { type Stand, startStand } from '../clients/stand.ts';
import { keyOfNewProject, recordOf } from '../pass-through/support.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand(`
retry: { max_attempts: 0 }
breaker: { consecutive_failures: 1000000, minimum_calls: 1000000 }
cache: { semantic: { enabled: true, threshold: 0.9 } }
`);
});
afterAll(() => stand.close());

const user = (content: unknown) => ({ role: 'user', content });
const ask = (content: unknown, more: object = {}) => ({
  model: 'gpt-4o-mini',
  messages: [{ role: 'system', content: 'be brief' }, user(content)],
  ...more,
});

async function call(body: object, of: { key?: string; cache?: string; path?: string } = {}) {
  const headers = { authorization: `Bearer ${of.key ?? stand.key}`, 'x-weir-cache': of.cache ?? 'use' };
  const reply = await stand.weir.api(`POST ${of.path ?? '/v1/chat/completions'}`, body, headers);
  return { ...reply, cache: reply.headers.get('x-weir-cache') };
}

const embeddings = () => stand.simulator.journal.entries.filter(({ path }) => path.endsWith('/embeddings')).length;

/** The simulated embedding knows words and not their order, so these two mean the same. */
const QUESTION = 'How high is the weir of the old mill near the river';
const SAME = 'near the river of the old mill how high is the weir';

describe(requirement('E12h'), () => {
  it('answers a question that means the same, for nothing, and says so', async () => {
    const first = await call(ask(QUESTION));
    const second = await call(ask(SAME));
    expect([first.cache, second.cache]).toEqual(['miss', 'semantic']);
    expect(second.text).toBe(first.text);
    expect((await call(ask(QUESTION))).cache).toBe('hit');
    const record = await recordOf(stand.weir, second.headers.get('x-request-id'));
    const paid = await recordOf(stand.weir, first.headers.get('x-request-id'));
    expect(record).toMatchObject({ cache: 'semantic', cost_nano_usd: 0, saved_nano_usd: paid.cost_nano_usd });
    const stats = await stand.weir.api('GET /api/v1/cache/stats');
    expect(stats.json.semantic_hits).toBeGreaterThan(0);
  });

  it('streams it, where a stream is asked for', async () => {
    await call(ask(`${QUESTION} streaming`));
    const second = await call(ask(`streaming ${SAME}`, { stream: true }));
    expect(second.cache).toBe('semantic');
    expect(second.text).toContain('data: [DONE]');
  });

  it('does not answer what means something else, or differs anywhere but in the last message', async () => {
    await call(ask(QUESTION));
    const others = [
      ask('What is the capital of France'),
      ask(SAME, { temperature: 1 }),
      ask(SAME, { model: 'gpt-4o' }),
      ask(SAME, { tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }] }),
      { model: 'gpt-4o-mini', messages: [user(SAME)] },
      { model: 'gpt-4o-mini', messages: [{ role: 'system', content: 'be long' }, user(SAME)] },
      { model: 'gpt-4o-mini', messages: [user('hi'), { role: 'assistant', content: 'hello' }, user(SAME)] },
    ];
    for (const body of others)
      expect([JSON.stringify(body), (await call(body)).cache]).toEqual([JSON.stringify(body), 'miss']);
  });

  it('never answers one tenant with the reply of another', async () => {
    const mine = await keyOfNewProject(stand.weir, 'mine');
    const theirs = await keyOfNewProject(stand.weir, 'theirs');
    await call(ask(QUESTION), { key: mine });
    expect((await call(ask(SAME), { key: theirs })).cache).toBe('miss');
    expect((await call(ask(SAME), { key: mine })).cache).toBe('semantic');
  });

  it('calls the embedding model through Weir: recorded and paid for by who calls', async () => {
    await call(ask('a question with a record of its own'));
    const records = (await stand.weir.api('GET /api/v1/usage/records?limit=20')).json.data;
    const record = records.find(({ wire }: { wire: string }) => wire === 'semantic-cache');
    expect(record).toMatchObject({
      operation: 'embeddings',
      model: 'text-embedding-3-small',
      project_id: 'default',
      success: true,
      cache: 'bypass',
    });
    expect(record.cost_nano_usd).toBeGreaterThan(0);
  });

  it('looks only where a plain text is asked, and not for calls without the cache', async () => {
    const before = embeddings();
    await call(ask('not cached'), { cache: 'bypass' });
    await call(ask([{ type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } }]));
    await call({ model: 'text-embedding-3-small', input: 'x' }, { path: '/v1/embeddings' });
    expect(embeddings()).toBe(before + 1);
  });

  it('that fails changes nothing', async () => {
    for (const fault of [
      { kind: 'status', code: 500 },
      { kind: 'html_200' },
      { kind: 'reset_before_headers' },
    ] as const) {
      stand.simulator.faults.add({ match: { model: 'text-embedding-3-small' }, fault, times: 1 });
      const reply = await call(ask(`failing with ${JSON.stringify(fault)}`));
      expect([reply.status, reply.cache, stand.simulator.faults.pending]).toEqual([200, 'miss', 0]);
    }
  });

  it('works for other wires and for the LLM API', async () => {
    const anthropic = (content: string) => ({ model: 'claude-sonnet-5', max_tokens: 500, messages: [user(content)] });
    expect((await call(anthropic(QUESTION), { path: '/v1/messages' })).cache).toBe('miss');
    expect((await call(anthropic(SAME), { path: '/v1/messages' })).cache).toBe('semantic');
    const llm = (prompt: string) => ({ model: 'gpt-4o-mini', prompt });
    await call(llm(QUESTION), { path: '/api/v1/llm/completion' });
    const second = await call(llm(SAME), { path: '/api/v1/llm/completion' });
    expect([second.cache, second.json.cached]).toEqual(['semantic', true]);
  });
});
