import { afterEach, describe, expect, it } from 'vitest';
import { runClaudeCodeSession } from '../../clients/claude-code/claude-code.session.ts';
import { type Stand, startStand } from './stand.ts';

/** How each provider refuses a prompt that is too long. */
const TOO_LONG: Readonly<Record<string, object>> = {
  anthropic: { type: 'invalid_request_error', message: 'prompt is too long: 250001 tokens > 200000 maximum' },
  openai: {
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    message: "This model's maximum context length is 128000 tokens. However, your messages resulted in 250001 tokens.",
  },
  groq: {
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    message: "This model's maximum context length is 131072 tokens. You requested 250001 tokens.",
  },
};

let stand: Stand | undefined;
afterEach(() => stand?.close());

const MODELS = [
  ['anthropic', 'claude-sonnet-4-6', 'claude-haiku-4-5'],
  ['openai', 'openai/gpt-5.2', 'openai/gpt-4o-mini'],
  ['groq', 'groq/openai/gpt-oss-120b', 'groq/llama-3.3-70b-versatile'],
] as const;

describe('Claude Code with its base URL set to Weir', () => {
  it.each(MODELS)('works a whole session on %s', async (provider, model, smallModel) => {
    stand = await startStand();
    const { journal, faults } = stand.simulator;
    // What comes last before the prompt that is too long; only Anthropic is asked to count.
    const isLast = (path: string, body: unknown) =>
      provider === 'anthropic' ? path.includes('/count_tokens') : JSON.stringify(body).includes('You name things.');
    void journal
      .until(({ path, body, finished }) => finished && isLast(path, body))
      .then(() =>
        faults.add({ fault: { kind: 'status', code: 400, body: { type: 'error', error: TOO_LONG[provider] } } }),
      );
    const transcript = await runClaudeCodeSession(stand.weir.url, stand.key, { model, smallModel });
    const steps = transcript.exchanges.map(({ step, status }) => `${step} ${status}`);
    expect(steps.slice(0, 3)).toEqual(['probe 200', 'hello 200', 'discovery 200']);
    expect(transcript.discoveredModels).toContain('claude-sonnet-4-6');
    expect(transcript.messages[0]).toMatchObject({ stopReason: 'tool_use' });
    expect(transcript.messages.at(-1)).toMatchObject({ stopReason: 'end_turn' });
    expect(JSON.stringify(transcript.messages.at(-1)?.content)).toContain('Measures rain');
    expect(transcript.subagent.stopReason).toBe('end_turn');
    expect(transcript.canCompact).toBe(true);
    expect(transcript.countedTokens).toBeGreaterThan(100);
    for (const { headers } of transcript.exchanges.filter(({ step }) => step.startsWith('turn'))) {
      expect(headers['x-weir-provider']).toBe(provider);
    }
    const sent = stand.simulator.journal.entries.filter(({ method }) => method === 'POST');
    const saysBilling = JSON.stringify(sent.map(({ body }) => body)).includes('x-anthropic-billing-header');
    expect(saysBilling).toBe(provider === 'anthropic');
  });

  it('rides out an overloaded provider', async () => {
    stand = await startStand();
    stand.simulator.faults.add({ match: { path: '/v1/messages' }, fault: 'overloaded; retry_after=1' });
    const transcript = await runClaudeCodeSession(stand.weir.url, stand.key);
    expect(transcript.messages.at(-1)?.stopReason).toBe('end_turn');
  });

  it('keeps beta headers and session out of other wires, and brings the betas to Anthropic', async () => {
    stand = await startStand();
    await runClaudeCodeSession(stand.weir.url, stand.key, { smallModel: 'openai/gpt-4o-mini' });
    const posts = stand.simulator.journal.entries.filter(({ method }) => method === 'POST');
    const [first] = posts.filter(({ path }) => path.startsWith('/v1/messages'));
    expect(first?.headers['anthropic-beta']).toContain('claude-code-20250219');
    const [translated] = posts.filter(({ path }) => path === '/v1/chat/completions');
    expect(translated?.headers).not.toHaveProperty('anthropic-beta');
    for (const { headers } of posts) expect(JSON.stringify(headers)).not.toContain(stand.key);
  });
});
