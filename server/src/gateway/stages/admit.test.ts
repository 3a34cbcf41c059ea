import { expect, test } from 'vitest';
import { completion, fakeCall } from '../../../../test/chaos/support/gateway-fixture.ts';
import { gatewayHarness } from '../../../../test/chaos/support/gateway-harness.ts';

async function ask(model: string, scopes: { models?: readonly string[]; routes?: readonly string[] }) {
  const harness = gatewayHarness({ routes: { fast: { targets: ['openai/gpt-4o-mini'] } } });
  harness.http.onRequest = (sent) => sent.answer(200, completion());
  const caller = { keyId: 'k', projectId: 'default', role: 'inference', models: scopes.models, routes: scopes.routes };
  const outcome = await harness.run(
    fakeCall({ caller, body: { model, messages: [{ role: 'user', content: 'Hello' }] } }),
  );
  return { code: outcome.error?.code, message: outcome.error?.message, sent: harness.http.requests.length };
}

test.each([
  ['openai/gpt-4o-mini', {}],
  ['fast', {}],
  ['openai/gpt-4o-mini', { models: ['openai/gpt-4o-mini'] }],
  ['openai/gpt-4o-mini', { models: ['openai/*'] }],
  ['gpt-4o-mini', { models: ['gpt-*', 'claude-*'] }],
  ['fast', { models: [], routes: ['fast'] }],
  ['gpt-4o-mini', { models: ['*'], routes: [] }],
])('%s passes a key that may use %j', async (model, scopes) => {
  expect(await ask(model, scopes)).toMatchObject({ code: undefined, sent: 1 });
});

test.each([
  ['openai/gpt-4o-mini', { models: ['openai/gpt-4o'] }],
  ['openai/gpt-4o-mini', { models: [] }],
  ['gpt-4o-mini', { models: ['claude-*'] }],
  ['fast', { routes: ['slow'] }],
  ['fast', { models: ['*'], routes: [] }],
])('%s is refused to a key that may use %j, before anything is sent', async (model, scopes) => {
  const { code, message, sent } = await ask(model, scopes);
  expect([code, sent]).toEqual(['auth.denied', 0]);
  expect(message).toContain(`"${model}"`);
});
