import { expect, test } from 'vitest';
import { fakeCall } from '../../../test/chaos/support/gateway-fixture.ts';
import { ManualClock } from '../../../test/contracts/manual-clock.ts';
import type { Call } from '../ports/call.ts';
import { modelGateway } from './model-gateway.ts';

test('a question of Weir has a body as long as what it asks, so that budgets reserve it', async () => {
  const calls: Call[] = [];
  const run = async (call: Call) => {
    calls.push(call);
    return { error: undefined, status: 200 };
  };
  const text = 'x'.repeat(10_000);
  await modelGateway({ run, clock: new ManualClock() }).ask({
    caller: fakeCall().caller,
    purpose: 'judge',
    model: 'openai/gpt-4o-mini',
    system: 'Judge.',
    text,
    maxOutputTokens: 10,
    timeoutMs: 1000,
  } as never);
  const [call] = calls;
  expect(call?.payload.kind === 'chat' && call.payload.request.body.length).toBeGreaterThan(text.length);
});
