import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stand, startStand } from '../clients/stand.ts';
import { lastRecord } from './support.ts';

let stand: Stand;
let client: Anthropic;

const ROUTES = 'routes: { mine: { targets: [anthropic/claude-sonnet-5, openai/gpt-4o] } }';

beforeAll(async () => {
  stand = await startStand(`${ROUTES}\nretry: { max_attempts: 0 }`);
  client = new Anthropic({ apiKey: stand.key, baseURL: stand.weir.url, maxRetries: 0 });
});
afterAll(() => stand.close());

const messages = [{ role: 'user' as const, content: 'How deep is the river?' }];

it('Anthropic counts for its own models, and what it says is recorded as free', async () => {
  const counted = await client.messages.countTokens({ model: 'anthropic/claude-sonnet-5', messages });
  const sent = stand.lastSent();
  expect(counted.input_tokens).toBeGreaterThan(3);
  expect(sent).toMatchObject({ path: '/v1/messages/count_tokens', body: { model: 'claude-sonnet-5', messages } });
  expect(await lastRecord(stand.weir)).toMatchObject({
    operation: 'count-tokens',
    wire: 'anthropic-messages',
    model: 'claude-sonnet-5',
    tokens_used: 0,
    cost_nano_usd: 0,
    cost_state: 'exact',
  });
});

it('the version, beta headers and the query reach Anthropic', async () => {
  const headers = { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'token-counting-2024-11-01' };
  const body = { model: 'claude-sonnet-5', messages };
  await stand.weir.api('POST /v1/messages/count_tokens?beta=true', body, headers);
  expect(stand.lastSent()).toMatchObject({ path: '/v1/messages/count_tokens?beta=true', headers });
});

it('a route is counted by its first target', async () => {
  await client.messages.countTokens({ model: 'mine', messages });
  expect(stand.lastSent().body).toMatchObject({ model: 'claude-sonnet-5' });
});

it('for other providers Weir counts itself, without a call', async () => {
  const sent = stand.simulator.journal.entries.length;
  for (const model of ['gpt-4o', 'groq/llama-3.3-70b-versatile']) {
    const counted = await client.messages.countTokens({ model, messages, system: 'You are a hydrologist.' });
    expect(counted.input_tokens).toBeGreaterThan(8);
  }
  expect(stand.simulator.journal.entries.length).toBe(sent);
});

it.each(['/v1', '', '/anthropic/v1', '/anthropic'])('is served under "%s"', async (prefix) => {
  const reply = await stand.weir.api(`POST ${prefix}/messages/count_tokens`, { model: 'gpt-4o', messages });
  expect([reply.status, typeof reply.json.input_tokens]).toEqual([200, 'number']);
});

it('refuses what is not a request, in the wire of the client', async () => {
  const empty = client.messages.countTokens({ model: 'gpt-4o', messages: [] });
  await expect(empty).rejects.toMatchObject({ status: 400, error: { type: 'error' } });
  const unknown = client.messages.countTokens({ model: 'nobody-knows', messages });
  await expect(unknown).rejects.toMatchObject({ status: 404, error: { error: { type: 'not_found_error' } } });
});
