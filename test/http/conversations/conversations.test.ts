import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';
import { ScriptedProvider } from '../validation/scripted-provider.ts';

const CONFIG = `
retry: { max_attempts: 1 }
breaker: { consecutive_failures: 100, minimum_calls: 1000 }
cache: { exact: { llm: false } }
`;
const model = 'gpt-4o-mini';
const provider = new ScriptedProvider();
let weir: RunningWeir;
let key: string;

beforeAll(async () => {
  await provider.listen();
  weir = await startWeir({ env: provider.environment, config: CONFIG });
  key = await weir.key();
});
afterAll(async () => {
  await weir.stop();
  await provider.upstream.close();
});
beforeEach(() => provider.says('fine'));

const as = (more: Record<string, string> = {}) => ({ authorization: `Bearer ${key}`, ...more });
const make = async (body: object = {}) => (await weir.api('POST /api/v1/conversations', body, as())).json.id as string;
const said = async (id: string) =>
  (await weir.api(`GET /api/v1/conversations/${id}/messages`, undefined, as())).json.data.map(
    ({ role, content }: { role: string; content: string }) => [role, content],
  );
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  weir.api(`POST ${path}`, body, as(headers));

describe(requirement('A17f'), () => {
  it('begins a conversation with a chat that names none, and goes on with it, windowed', async () => {
    let id: string | undefined;
    for (let turn = 0; turn < 14; turn++) {
      const body = { prompt: `turn ${turn}`, system_prompt: 'SYS', model, conversation_id: id };
      const { status, json } = await post('/api/v1/llm/chat', body);
      expect(status).toBe(200);
      id ??= json.conversation_id;
      expect(json.conversation_id).toBe(id);
    }
    const { messages } = provider.sent(-1);
    expect(messages[0]).toEqual({ role: 'system', content: 'SYS' });
    expect(messages.length).toBeLessThanOrEqual(11);
    expect(messages.slice(1, 2)).toEqual([{ role: 'user', content: expect.stringMatching(/^turn \d+$/) }]);
    expect(messages.slice(-3)).toEqual([
      { role: 'user', content: 'turn 12' },
      { role: 'assistant', content: 'fine' },
      { role: 'user', content: 'turn 13' },
    ]);
    expect(await said(id ?? '')).toHaveLength(14 * 3);
    const { json } = await weir.api(`GET /api/v1/conversations/${id}`, undefined, as());
    expect(json).toMatchObject({ id, turns: 14, project_id: 'default', forked_from: null });
  });

  const WIRES = [
    ['openai-chat', '/v1/chat/completions', (text: string) => ({ messages: [{ role: 'user', content: text }] })],
    [
      'anthropic-messages',
      '/v1/messages',
      (text: string) => ({ max_tokens: 9, messages: [{ role: 'user', content: text }] }),
    ],
    ['openai-responses', '/v1/responses', (text: string) => ({ input: text })],
  ] as const;
  describe.each(WIRES)('over %s', (_wire, path, ask) => {
    const modelOf = path === '/v1/messages' ? 'claude-3-5-haiku-20241022' : model;

    it.each([false, true])('sends what was said before and keeps both sides (stream: %s)', async (stream) => {
      const id = await make({ system: 'be kind' });
      for (const text of ['one', 'two']) {
        const reply = await post(path, { model: modelOf, stream, conversation_id: id, ...ask(text) });
        expect([reply.status, reply.text]).toEqual([200, expect.stringContaining('fine')]);
      }
      const sent = provider.sent(-1);
      expect(sent).not.toHaveProperty('conversation_id');
      const text = JSON.stringify(sent);
      expect([...text.matchAll(/be kind|one|fine|two/g)].map(([word]) => word).sort()).toEqual(
        ['be kind', 'fine', 'one', 'two'].sort(),
      );
      expect(text.indexOf('one')).toBeLessThan(text.indexOf('fine'));
      expect(text.indexOf('fine')).toBeLessThan(text.indexOf('two'));
      expect(await said(id)).toEqual([
        ['user', 'one'],
        ['assistant', 'fine'],
        ['user', 'two'],
        ['assistant', 'fine'],
      ]);
    });

    it('takes the id from a header too', async () => {
      const id = await make();
      const reply = await post(path, { model: modelOf, ...ask('one') }, { 'x-weir-conversation': id });
      expect(reply.status).toBe(200);
      expect(provider.requests.at(-1)?.headers).not.toHaveProperty('x-weir-conversation');
      expect(await said(id)).toHaveLength(2);
    });
  });

  it('goes on in another wire and with another provider where the first one left off, tool calls included', async () => {
    const id = await make();
    const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
    provider.says({ tool: 'look', args: '{"at":1}' }, 'seen');
    const messages = [{ role: 'user', content: 'go' }];
    const first = await post('/v1/chat/completions', { model, conversation_id: id, messages, tools });
    const [call] = first.json.choices[0].message.tool_calls;
    const result = { role: 'tool', tool_call_id: call.id, content: 'a gate' };
    await post('/v1/chat/completions', { model, conversation_id: id, messages: [result], tools });
    expect(provider.sent(-1).messages.map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant', 'tool']);
    const ask = { max_tokens: 9, messages: [{ role: 'user', content: 'and?' }] };
    await post('/v1/messages', { model: 'claude-3-5-haiku-20241022', conversation_id: id, ...ask });
    const blocks = provider.sent(-1).messages.flatMap(({ content }: { content: unknown }) => content);
    expect(blocks).toContainEqual(expect.objectContaining({ type: 'tool_use', id: call.id, name: 'look' }));
    expect(blocks).toContainEqual(expect.objectContaining({ type: 'tool_result', tool_use_id: call.id }));
    const stray = await post('/v1/chat/completions', {
      ...{ model, conversation_id: id, tools },
      messages: [{ ...result, tool_call_id: 'call_nobody' }],
    });
    expect([stray.status, stray.text]).toEqual([400, expect.stringContaining('nobody made')]);
  });

  it('keeps nothing of a call that fails, streamed or not', async () => {
    const id = await make();
    const messages = [{ role: 'user', content: 'go' }];
    for (const stream of [false, true]) {
      provider.says({ status: 500 });
      const failed = await post('/v1/chat/completions', { model, stream, conversation_id: id, messages });
      expect(failed.status).toBe(500);
      const broken = await breakStream(() =>
        post('/v1/chat/completions', { model, stream: true, conversation_id: id, messages }),
      );
      expect(broken.text).toContain('error');
    }
    expect(await said(id)).toEqual([]);
    provider.says('fine');
    expect((await post('/v1/chat/completions', { model, conversation_id: id, messages })).status).toBe(200);
    expect(await said(id)).toHaveLength(2);
    const none = await post('/api/v1/llm/chat', { prompt: 'x', model: 'nobody-knows-this' });
    expect(none.status).toBe(404);
    expect(none.text).not.toContain('conv_');
  });

  it('refuses a second call on a conversation while one runs, and takes it afterwards', async () => {
    const id = await make();
    const answer = provider.upstream.answer;
    const arrived = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    provider.upstream.answer = (request, response) => {
      arrived.resolve();
      go.promise.then(() => answer(request, response));
    };
    const body = { model, conversation_id: id, messages: [{ role: 'user', content: 'go' }] };
    const first = post('/v1/chat/completions', body);
    await arrived.promise;
    const second = await post('/v1/chat/completions', body);
    expect([second.status, second.json.error.code]).toEqual([409, 'conflict']);
    expect(second.text).toContain('another call goes on with this conversation now');
    go.resolve();
    expect((await first).status).toBe(200);
    provider.upstream.answer = answer;
    expect((await post('/v1/chat/completions', body)).status).toBe(200);
    expect(await said(id)).toHaveLength(4);
  });

  it('answers for ids of others as for ids that are not there', async () => {
    const id = await make();
    const project = await weir.api('POST /api/v1/projects', { name: 'other' });
    const stranger = { authorization: `Bearer ${await weir.key({ project_id: project.json.id })}` };
    const body = (conversation_id: string) => ({ model, conversation_id, messages: [{ role: 'user', content: 'x' }] });
    const foreign = await weir.api('POST /v1/chat/completions', body(id), stranger);
    const missing = await weir.api('POST /v1/chat/completions', body('conv_nobody'), stranger);
    expect([foreign.status, foreign.json]).toEqual([404, missing.json]);
    const list = await weir.api('GET /api/v1/conversations', undefined, stranger);
    expect(list.json).toEqual({ data: [], next_cursor: null });
    expect(provider.requests).toEqual([]);
  });

  it('refuses what cannot be: no turns on this wire, two histories, no id, a last turn over the budget', async () => {
    const id = await make({ window: { tokens: 30 } });
    const refused = async (path: string, body: object) => {
      const { status, text } = await post(path, { model, conversation_id: id, ...body });
      expect(status).toBe(400);
      return text;
    };
    expect(await refused('/v1/completions', { prompt: 'x' })).toContain('has no turns');
    expect(await refused('/v1/responses', { input: 'x', previous_response_id: 'resp_1' })).toContain('either');
    expect(await refused('/v1/chat/completions', { conversation_id: 7, messages: [] })).toContain('messages');
    const long = [{ role: 'user', content: 'water '.repeat(50) }];
    expect(await refused('/v1/chat/completions', { messages: long })).toContain('conversations.window.tokens');
    expect(provider.requests).toEqual([]);
  });
});

describe(requirement('E19'), () => {
  it('keeps a conversation, and names it in the record of its calls', async () => {
    const { json } = await post('/api/v1/llm/chat', { prompt: 'hi', model });
    const records = await weir.api('GET /api/v1/usage/records?limit=1');
    expect(records.json.data[0]).toMatchObject({ request_id: json.request_id, conversation_id: json.conversation_id });
    expect(await said(json.conversation_id)).toHaveLength(2);
  });
});

describe(requirement('E7'), () => {
  it('is what a chat is sent by default: each call at most 10 messages and the system prompt', async () => {
    const { json } = await post('/api/v1/llm/chat', {
      prompt: 'turn 0',
      system_prompt: 'SYS',
      model,
      user_id: 'tenner',
    });
    for (let turn = 1; turn < 12; turn++) {
      const body = {
        prompt: `turn ${turn}`,
        system_prompt: 'SYS',
        model,
        conversation_id: json.conversation_id,
        user_id: 'tenner',
      };
      expect((await post('/api/v1/llm/chat', body)).status).toBe(200);
      const [system, ...rest] = provider.sent(-1).messages as { role: string; content: string }[];
      expect(system).toEqual({ role: 'system', content: 'SYS' });
      expect(rest.length).toBeLessThanOrEqual(10);
      expect(rest.at(-1)).toEqual({ role: 'user', content: `turn ${turn}` });
    }
  });

  it('leaves out what makes a history more than 4,000 tokens', async () => {
    const long = 'weir '.repeat(1800);
    const first = await post('/api/v1/llm/chat', { prompt: long, model, user_id: 'wordy' });
    const { conversation_id } = first.json;
    await post('/api/v1/llm/chat', { prompt: long, model, conversation_id, user_id: 'wordy' });
    expect((await post('/api/v1/llm/chat', { prompt: long, model, conversation_id, user_id: 'wordy' })).status).toBe(
      200,
    );
    const words = (provider.sent(-1).messages as { content: string }[]).flatMap(({ content }) =>
      content.match(/weir/g),
    );
    // One of the three, or two: a window that is cut is cut by more than it must.
    expect(words.length).toBeLessThanOrEqual(3600);
    expect(words.length).toBeGreaterThanOrEqual(1800);
  });
});

describe('conversations as objects', () => {
  it('are made, listed, forked, exported and deleted', async () => {
    const made = await weir.api(
      'POST /api/v1/conversations',
      { user_id: 'list-ann', title: 'Gates', metadata: { a: 'b' }, window: { messages: 4 }, summary: false },
      as(),
    );
    expect([made.status, made.json]).toEqual([
      201,
      {
        id: expect.stringMatching(/^conv_[0-9a-f]{32}$/),
        project_id: 'default',
        user_id: 'list-ann',
        title: 'Gates',
        metadata: { a: 'b' },
        window: { messages: 4 },
        summary: false,
        turns: 0,
        forked_from: null,
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
    ]);
    const { id } = made.json;
    for (const text of ['one', 'two', 'three']) {
      await post('/api/v1/llm/chat', { prompt: text, model, conversation_id: id });
    }
    expect(provider.sent(-1).messages.length).toBeLessThanOrEqual(4);
    const fork = await weir.api(`POST /api/v1/conversations/${id}/fork`, { at: 1 }, as());
    expect(fork.json).toMatchObject({ turns: 1, forked_from: { id, at: 1 }, title: 'Gates' });
    await post('/api/v1/llm/chat', { prompt: 'other', model, conversation_id: fork.json.id });
    expect((await said(fork.json.id)).map(([, text]: string[]) => text)).toEqual(['one', 'fine', 'other', 'fine']);
    expect(await said(id)).toHaveLength(6);
    const exported = await weir.api(`GET /api/v1/conversations/${id}/export`, undefined, as());
    expect(exported.json.messages).toHaveLength(6);
    expect(exported.json.messages[1]).toMatchObject({ turn: 1, role: 'assistant', content: 'fine', model });
    const page = await weir.api(`GET /api/v1/conversations/${id}/messages?limit=2`, undefined, as());
    expect([page.json.data.length, page.json.next_cursor]).toEqual([4, '2']);
    const rest = await weir.api(`GET /api/v1/conversations/${id}/messages?limit=2&cursor=2`, undefined, as());
    expect([rest.json.data.length, rest.json.next_cursor]).toEqual([2, null]);
    const list = await weir.api('GET /api/v1/conversations?user_id=list-ann&limit=1', undefined, as());
    expect(list.json.data.map((each: { id: string }) => each.id)).toEqual([fork.json.id]);
    const next = await weir.api(
      `GET /api/v1/conversations?user_id=list-ann&limit=1&cursor=${list.json.next_cursor}`,
      undefined,
      as(),
    );
    expect([next.json.data[0].id, next.json.next_cursor]).toEqual([id, null]);
    const gone = await weir.api(`DELETE /api/v1/conversations/${id}`, undefined, as());
    expect(gone.json).toEqual({ id, deleted: true });
    expect((await weir.api(`GET /api/v1/conversations/${id}`, undefined, as())).status).toBe(404);
    expect(await said(fork.json.id)).toHaveLength(4);
  });

  it('go with everything else that is stored of an end user', async () => {
    const { json } = await post('/api/v1/llm/chat', { prompt: 'my secret', model, user_id: 'erase-me' });
    const erased = await weir.api('DELETE /api/v1/users/erase-me/content');
    expect(erased.json.erased).toBe(1);
    const gone = await weir.api(`GET /api/v1/conversations/${json.conversation_id}`, undefined, as());
    expect(gone.status).toBe(404);
  });
});

/** The provider breaks off in the middle of its stream. */
async function breakStream<T>(ask: () => Promise<T>): Promise<T> {
  const { answer } = provider.upstream;
  provider.upstream.answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = {
      id: 'c',
      object: 'chat.completion.chunk',
      created: 1,
      model,
      choices: [{ index: 0, delta: { content: 'fi' } }],
    };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`, () => response.destroy());
  };
  try {
    return await ask();
  } finally {
    provider.upstream.answer = answer;
  }
}
