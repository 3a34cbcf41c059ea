import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningWeir, startWeir } from '../../support/weir.ts';
import { ScriptedProvider } from '../validation/scripted-provider.ts';

const MODELS = ['gpt-4o-mini', 'claude-3-5-haiku-20241022'] as const;
const [model] = MODELS;
const provider = new ScriptedProvider();
let weir: RunningWeir;
let client: OpenAI;

beforeAll(async () => {
  await provider.listen();
  weir = await startWeir({ env: provider.environment, config: 'breaker: { consecutive_failures: 100 }' });
  client = new OpenAI({ apiKey: await weir.key(), baseURL: `${weir.url}/v1`, maxRetries: 0 });
});
afterAll(async () => {
  await weir.stop();
  await provider.upstream.close();
});
beforeEach(() => provider.says('fine'));

const user = (text: string) => ({ type: 'message' as const, role: 'user' as const, content: text });
const listed = async (id: string, query: { order?: 'asc' | 'desc'; limit?: number; after?: string } = {}) =>
  (await client.conversations.items.list(id, { order: 'asc', ...query })).data;
const texts = (items: unknown) => [...JSON.stringify(items).matchAll(/"text":"([^"]*)"/g)].map(([, text]) => text);

describe("OpenAI's conversations with its own client", () => {
  it('are made, read, changed and deleted', async () => {
    const made = await client.conversations.create({ metadata: { topic: 'demo' }, items: [user('hello')] });
    expect(made).toEqual({
      ...{ id: expect.stringMatching(/^conv_/), object: 'conversation', metadata: { topic: 'demo' } },
      created_at: expect.any(Number),
    });
    expect(Math.abs(made.created_at - Date.now() / 1000)).toBeLessThan(60);
    expect(await client.conversations.retrieve(made.id)).toEqual(made);
    const changed = await client.conversations.update(made.id, { metadata: { topic: 'other' } });
    expect(changed).toEqual({ ...made, metadata: { topic: 'other' } });
    expect(texts(await listed(made.id))).toEqual(['hello']);
    expect(await client.conversations.delete(made.id)).toEqual({
      ...{ id: made.id, object: 'conversation.deleted', deleted: true },
    });
    for (const gone of [made.id, 'conv_nobody']) {
      await expect(client.conversations.retrieve(gone)).rejects.toMatchObject({ status: 404 });
      await expect(client.conversations.items.list(gone)).rejects.toMatchObject({ status: 404 });
    }
    expect((await client.conversations.create()).metadata).toEqual({});
  });

  it('hold items: put, listed in pages both ways, read and taken out', async () => {
    const { id } = await client.conversations.create();
    const put = await client.conversations.items.create(id, {
      items: [
        user('what stands at one?'),
        { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"at":1}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'a gate' },
        { type: 'message', role: 'assistant', content: 'A gate.' },
        { type: 'message', role: 'assistant', content: 'Oak.' },
      ],
    });
    expect(put.data.map(({ type }) => type)).toEqual([
      ...['message', 'function_call', 'function_call_output', 'message', 'message'],
    ]);
    expect(put).toMatchObject({ object: 'list', has_more: false, first_id: put.data[0]?.id, last_id: put.data[4]?.id });
    const ids = put.data.map((item) => item.id);
    expect(new Set(ids).size).toBe(5);
    await client.conversations.items.create(id, { items: [user('and at two?')] });
    const all: string[] = [];
    for await (const item of client.conversations.items.list(id, { limit: 2 })) all.push(item.id as string);
    expect(all.slice(1)).toEqual(ids.toReversed());
    expect((await listed(id)).map((item) => item.id)).toEqual(all.toReversed());
    expect((await listed(id, { limit: 2, after: ids[1] as string })).map((item) => item.id)).toEqual(ids.slice(2, 4));
    const call = await client.conversations.items.retrieve(ids[1] as string, { conversation_id: id });
    expect(call).toMatchObject({ id: ids[1], type: 'function_call', name: 'look', arguments: '{"at":1}' });

    const left = await client.conversations.items.delete(ids[4] as string, { conversation_id: id });
    expect(left).toMatchObject({ id, object: 'conversation' });
    expect(texts(await listed(id))).toEqual(['what stands at one?', 'A gate.', 'and at two?']);
    const gone = client.conversations.items.retrieve(ids[4] as string, { conversation_id: id });
    await expect(gone).rejects.toMatchObject({ status: 404 });
    const other = await client.conversations.create({ items: [user('x')] });
    const foreign = client.conversations.items.retrieve(ids[0] as string, { conversation_id: other.id });
    await expect(foreign).rejects.toMatchObject({ status: 404 });
  });

  it.each(MODELS)(
    'go on with a response of %s: the history is sent, both sides are kept, and removed items are not',
    async (name) => {
      const conversation = await client.conversations.create({ items: [user('my name is Ada'), user('I like tea')] });
      provider.says('Hello Ada.', 'Ada.');
      const first = await client.responses.create({ model: name, conversation: conversation.id, input: 'hello' });
      expect(first.output_text).toBe('Hello Ada.');
      const second = await client.responses.create({
        ...{ model: name, conversation: { id: conversation.id }, input: 'who am I?' },
      });
      expect(second.output_text).toBe('Ada.');
      const sent = provider.sent(-1);
      expect(sent).not.toHaveProperty('conversation');
      expect(JSON.stringify(sent)).toMatch(/Ada.*tea.*hello.*Hello Ada.*who am I/s);
      const items = await listed(conversation.id);
      expect(texts(items)).toEqual(['my name is Ada', 'I like tea', 'hello', 'Hello Ada.', 'who am I?', 'Ada.']);
      expect(items.every((item) => item.type === 'message' && item.status === 'completed')).toBe(true);

      await client.conversations.items.delete(items[1]?.id as string, { conversation_id: conversation.id });
      provider.says('Hm.');
      const stream = await client.responses.create({
        ...{ model: name, conversation: conversation.id, input: 'what do I like?', stream: true as const },
      });
      const events: string[] = [];
      for await (const { type } of stream) events.push(type);
      expect(events.at(-1)).toBe('response.completed');
      expect(JSON.stringify(provider.sent(-1))).not.toContain('tea');
      expect(texts(await listed(conversation.id)).slice(-2)).toEqual(['what do I like?', 'Hm.']);
      // The same conversation by Weir's own API.
      const own = await weir.api(`GET /api/v1/conversations/${conversation.id}/messages`);
      expect(own.json.data.map(({ content }: { content: string }) => content)).toEqual(
        texts(await listed(conversation.id)),
      );
    },
  );

  it('are named in the reply that Weir makes, and refused with what does not go with them', async () => {
    const { id } = await client.conversations.create();
    const reply = await client.responses.create({ model: MODELS[1], conversation: id, input: 'hello' });
    expect(reply.conversation).toEqual({ id });
    const both = client.responses.create({ model, conversation: id, previous_response_id: reply.id, input: 'x' });
    await expect(both).rejects.toMatchObject({ status: 400, message: expect.stringContaining('previous_response_id') });
    const nobody = client.responses.create({ model, conversation: 'conv_nobody', input: 'x' });
    await expect(nobody).rejects.toMatchObject({ status: 404 });
    for (const [field, wrong] of [
      ['items[0].role', () => client.conversations.create({ items: [{ type: 'message', content: 'x' } as never] })],
      ['items', () => client.conversations.items.create(id, { items: Array.from({ length: 21 }, () => user('x')) })],
      ['metadata', () => client.conversations.update(id, { metadata: { a: 5 as never } })],
      ['after', () => client.conversations.items.list(id, { after: 'msg_nobody' })],
    ] as const) {
      await expect(wrong()).rejects.toMatchObject({ status: 400, message: expect.stringContaining(field) });
    }
  });

  it("are another project's for nobody else", async () => {
    const { id } = await client.conversations.create({ items: [user('secret')] });
    const { json } = await weir.api('POST /api/v1/projects', { name: 'other' });
    const apiKey = await weir.key({ project_id: json.id });
    const stranger = new OpenAI({ apiKey, baseURL: `${weir.url}/v1`, maxRetries: 0 });
    const [item] = await listed(id);
    for (const asked of [
      () => stranger.conversations.retrieve(id),
      () => stranger.conversations.update(id, { metadata: {} }),
      () => stranger.conversations.delete(id),
      () => stranger.conversations.items.list(id),
      () => stranger.conversations.items.create(id, { items: [user('x')] }),
      () => stranger.conversations.items.delete(item?.id as string, { conversation_id: id }),
      () => stranger.responses.create({ model, conversation: id, input: 'x' }),
    ]) {
      await expect(asked()).rejects.toMatchObject({ status: 404 });
    }
  });
});
