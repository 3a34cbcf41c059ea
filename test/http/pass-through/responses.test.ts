import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { type Stand, startStand } from '../clients/stand.ts';
import { keyOfNewProject, openaiClient, recordOf } from './support.ts';

let stand: Stand;
let mine: OpenAI;
let theirs: OpenAI;

beforeAll(async () => {
  stand = await startStand();
  mine = openaiClient(stand.weir, await keyOfNewProject(stand.weir, 'mine'));
  theirs = openaiClient(stand.weir, await keyOfNewProject(stand.weir, 'theirs'));
});
afterAll(() => stand.close());

const NOT_FOUND = { status: 404, code: 'resource.not_found' };
/** The first is kept by its provider, the other by Weir. */
const HOMES = { provider: 'gpt-4o-mini', weir: 'claude-sonnet-5' } as const;

/** A stored response is called for by these; none of them may tell strangers anything. */
function requestsFor(client: OpenAI, id: string): (() => Promise<unknown>)[] {
  return [
    () => client.responses.retrieve(id),
    () => client.responses.inputItems.list(id).then((page) => page.data),
    () => client.responses.cancel(id),
    () => client.responses.delete(id),
    () => client.responses.create({ model: 'gpt-4o-mini', input: 'go on', previous_response_id: id }),
    () => client.responses.inputTokens.count({ model: 'gpt-4o-mini', input: 'x', previous_response_id: id }),
  ];
}

describe.each(Object.entries(HOMES))('a response that lives at %s', (home, model) => {
  it('is shown as it was made, with its input', async () => {
    const made = await mine.responses.create({ model, input: 'What is a weir?' });
    const shown = await mine.responses.retrieve(made.id);
    const items = await mine.responses.inputItems.list(made.id);
    expect(shown.output).toEqual(made.output);
    expect(shown).toMatchObject({ id: made.id, status: 'completed', usage: made.usage });
    expect(items.data).toMatchObject([{ role: 'user', content: [{ type: 'input_text', text: 'What is a weir?' }] }]);
    const raw = await fetch(`${stand.weir.url}/openai/v1/responses/${made.id}`, {
      headers: { authorization: `Bearer ${mine.apiKey}` },
    });
    expect(await raw.json()).toMatchObject({ id: made.id });
  });

  it('shows its input in the order and number asked for', async () => {
    const input = ['one', 'two', 'three'].map((content) => ({ role: 'user', content }) as const);
    const made = await mine.responses.create({ model, input });
    const first = await mine.responses.inputItems.list(made.id, { limit: 2, order: 'asc' });
    expect(JSON.stringify(first.data[0])).toContain('one');
    expect([first.data.length, first.has_more]).toEqual([2, true]);
  });

  it('is gone when it was deleted', async () => {
    const made = await mine.responses.create({ model, input: 'x' });
    await mine.responses.delete(made.id);
    const sent = stand.simulator.journal.entries.length;
    for (const run of requestsFor(mine, made.id)) await expect(run()).rejects.toMatchObject(NOT_FOUND);
    expect(stand.simulator.journal.entries.length).toBe(sent);
  });

  it('is unknown to every other project, without a call', async () => {
    const made = await mine.responses.create({ model, input: 'a secret' });
    const sent = stand.simulator.journal.entries.length;
    for (const run of [...requestsFor(theirs, made.id), ...requestsFor(theirs, 'resp_nobody')]) {
      await expect(run()).rejects.toMatchObject(NOT_FOUND);
    }
    expect(stand.simulator.journal.entries.length).toBe(sent);
    expect(await mine.responses.retrieve(made.id)).toMatchObject({ id: made.id });
  });

  it(`is ${home === 'weir' ? 'not' : 'only'} asked for at a provider`, async () => {
    const made = await mine.responses.create({ model, input: 'x' });
    const sent = stand.simulator.journal.entries.length;
    const shown = await mine.responses.retrieve(made.id).withResponse();
    expect(stand.simulator.journal.entries.length - sent).toBe(home === 'weir' ? 0 : 1);
    if (home === 'weir') return expect(shown.response.headers.get('x-weir-provider')).toBeNull();
    expect(await recordOf(stand.weir, shown.request_id)).toMatchObject({ operation: 'responses', cost_nano_usd: 0 });
  });
});

it('a conversation goes on at its provider under every name of the model, and not with models of others', async () => {
  const made = await mine.responses.create({ model: 'gpt-4o-mini', input: 'x' });
  const next = { input: 'y', previous_response_id: made.id };
  await mine.responses.create({ ...next, model: 'openai/gpt-4o-mini' });
  expect(stand.lastSent().body).toMatchObject({ model: 'gpt-4o-mini', previous_response_id: made.id });
  const elsewhere = mine.responses.create({ ...next, model: 'claude-sonnet-5' });
  await expect(elsewhere).rejects.toMatchObject({ status: 400, param: 'model' });
});

it('a response that Weir keeps was finished at once and cannot be cancelled', async () => {
  const made = await mine.responses.create({ model: HOMES.weir, input: 'x' });
  await expect(mine.responses.cancel(made.id)).rejects.toMatchObject({ status: 400 });
});

it('a response that the client does not want stored cannot be had again', async () => {
  for (const model of Object.values(HOMES)) {
    const made = await mine.responses.create({ model, input: 'x', store: false });
    await expect(mine.responses.retrieve(made.id)).rejects.toMatchObject(NOT_FOUND);
  }
});

describe(requirement('A3'), () => {
  it('counts the input of OpenAI models without a call, as the published tokeniser does', async () => {
    const sent = stand.simulator.journal.entries.length;
    const counted = await mine.responses.inputTokens.count({ model: 'openai/gpt-4o', input: 'hello world' });
    // Two tokens of text, four around a message, three before the answer.
    expect(counted).toEqual({ object: 'response.input_tokens', input_tokens: 9 });
    expect(stand.simulator.journal.entries.length).toBe(sent);
  });

  it('counts the turns a conversation has had, wherever they are kept', async () => {
    const input = 'And then what happened at the river?';
    for (const model of Object.values(HOMES)) {
      const made = await mine.responses.create({ model, input: 'Tell me a long story about a river.' });
      const alone = await mine.responses.inputTokens.count({ model, input });
      const whole = await mine.responses.inputTokens.count({ model, input, previous_response_id: made.id });
      expect(whole.input_tokens).toBeGreaterThan((alone.input_tokens ?? 0) + 10);
    }
  });

  it('estimates for other models and refuses models nobody knows', async () => {
    const counted = await mine.responses.inputTokens.count({ model: 'claude-sonnet-5', input: 'hello world' });
    expect(counted.input_tokens).toBeGreaterThan(2);
    const unknown = mine.responses.inputTokens.count({ model: 'nobody-knows', input: 'x' });
    await expect(unknown).rejects.toMatchObject({ status: 404, code: 'model.unknown' });
  });
});
