import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { type Stand, startStand } from '../clients/stand.ts';
import { openai } from './support.ts';

let stand: Stand;
let client: OpenAI;
beforeAll(async () => {
  stand = await startStand();
  client = openai(stand.weir, stand.key);
});
afterAll(() => stand.close());

const cacheOf = (response: Response) => response.headers.get('x-weir-cache');

/** The first is kept by its provider, the other by Weir. */
describe.each(['gpt-4o-mini', 'claude-sonnet-5'])(`${requirement('A17d')}: responses of %s`, (model) => {
  it('have an id of their own when they are given again: each can be read, continued and deleted', async () => {
    const body = { model, input: 'What is a weir, once more?', metadata: { who: 'first' } };
    const first = await client.responses.create(body).withResponse();
    const again = await client.responses.create({ ...body, metadata: { who: 'again' } }).withResponse();
    expect([cacheOf(first.response), cacheOf(again.response)]).toEqual(['miss', 'hit']);
    expect(again.data.id).not.toBe(first.data.id);
    expect(again.data.output_text).toBe(first.data.output_text);
    expect(again.data.usage).toMatchObject({ input_tokens: first.data.usage?.input_tokens });
    expect(again.data.metadata).toEqual({ who: 'again' });
    const shown = await client.responses.retrieve(again.data.id);
    expect(shown.output_text ?? shown.output).toEqual(again.data.output_text ?? again.data.output);
    const next = await client.responses.create({ model, input: 'go on', previous_response_id: again.data.id });
    expect(next.status).toBe('completed');
    expect(JSON.stringify(stand.lastSent().body)).toContain('What is a weir, once more?');
    await client.responses.delete(again.data.id);
    await expect(client.responses.retrieve(again.data.id)).rejects.toMatchObject({ status: 404 });
    expect((await client.responses.retrieve(first.data.id)).id).toBe(first.data.id);
  });

  it('are not kept when this call says so, whatever the call before said', async () => {
    const body = { model, input: 'Keep this one, and not the other.' };
    await client.responses.create({ ...body, store: true });
    const again = await client.responses.create({ ...body, store: false }).withResponse();
    expect(cacheOf(again.response)).toBe('hit');
    expect((again.data as { store?: boolean }).store).toBe(false);
    await expect(client.responses.retrieve(again.data.id)).rejects.toMatchObject({ status: 404 });
  });

  it('that go on from different talks are different', async () => {
    const one = await client.responses.create({ model, input: 'My name is Ann.' });
    const two = await client.responses.create({ model, input: 'My name is Bob.' });
    const replies = [];
    for (const previous_response_id of [one.id, two.id]) {
      replies.push(await client.responses.create({ model, input: 'Who am I?', previous_response_id }).withResponse());
    }
    expect(replies.map(({ response }) => cacheOf(response))).not.toContain('hit');
  });
});
