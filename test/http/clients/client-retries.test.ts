import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { type Stand, startStand } from './stand.ts';

let stand: Stand | undefined;
afterEach(() => stand?.close());

const RETRIES = `
retry: { max_attempts: 2, base_delay_ms: 1, max_delay_ms: 5 }
breaker: { consecutive_failures: 1000000, minimum_calls: 1000000 }
`;
const ask = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'say "at last"' }] };

async function start(config: string) {
  stand = await startStand(config);
  const { url } = stand.weir;
  return {
    stand,
    openai: new OpenAI({ apiKey: stand.key, baseURL: `${url}/v1` }),
    anthropic: new Anthropic({ apiKey: stand.key, baseURL: url }),
    tries: () => stand?.simulator.journal.entries.filter(({ method }) => method === 'POST').length,
  };
}

describe('client libraries with their own retries', () => {
  it('do not try again what Weir has tried again in vain', async () => {
    const { stand, openai, anthropic, tries } = await start(RETRIES);
    stand.simulator.faults.add({ fault: 'status; code=500', times: 'always' });
    await expect(openai.chat.completions.create(ask)).rejects.toMatchObject({ status: expect.any(Number) });
    expect(tries()).toBe(3);
    const message = { ...ask, model: 'claude-sonnet-4-6', max_tokens: 100 };
    await expect(anthropic.messages.create(message)).rejects.toMatchObject({ status: expect.any(Number) });
    expect(tries()).toBe(6);
  });

  it('see nothing of a failure that Weir mended, in a stream either', async () => {
    const { stand, openai } = await start(RETRIES);
    stand.simulator.faults.add({ fault: 'status; code=503' });
    const { data, response } = await openai.chat.completions.create(ask).withResponse();
    expect(data.choices[0]?.message.content).toBe('at last');
    expect(response.headers.get('x-weir-attempts')).toBe('2');
    stand.simulator.faults.add({ fault: 'reset_before_headers' });
    const streamed = await openai.chat.completions.stream(ask).finalChatCompletion();
    expect(streamed.choices[0]?.message.content).toBe('at last');
  });

  it('come back when a provider asked for it and Weir does not wait', async () => {
    const { stand, openai, tries } = await start('retry: { max_attempts: 0 }');
    stand.simulator.faults.add({ fault: 'status; code=429; retry_after=1' });
    expect((await openai.chat.completions.create(ask)).choices[0]?.message.content).toBe('at last');
    expect(tries()).toBe(2);
  });

  it('stop the provider when they leave before the reply', async () => {
    const { stand, openai } = await start(RETRIES);
    stand.simulator.faults.add({ fault: 'hang_before_headers' });
    const controller = new AbortController();
    const running = openai.chat.completions.create(ask, { signal: controller.signal });
    const entry = await stand.simulator.journal.until(({ path }) => path === '/v1/chat/completions');
    controller.abort();
    await expect(running).rejects.toThrow(/abort/i);
    await stand.simulator.journal.until(({ id, aborted }) => id === entry.id && aborted);
    const next = await openai.chat.completions.create(ask);
    expect(next.choices[0]?.message.content).toBe('at last');
  });
});
