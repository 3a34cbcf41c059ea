import { afterEach, describe, expect, it } from 'vitest';
import { runCodexSession } from '../../clients/codex/run-codex-session.ts';
import { CODEX_SCRIPT } from '../../clients/codex/session.ts';
import { type Stand, startStand } from './stand.ts';

let stand: Stand | undefined;
afterEach(() => stand?.close());

const SCRIPT = {
  ...CODEX_SCRIPT,
  userMessages: ['Please run shell_command and then fix add().', 'Thank you. Please use apply_patch now.'],
};

describe('Codex with its base URL set to Weir', () => {
  it.each([
    ['openai', 'gpt-5.2'],
    ['anthropic', 'anthropic/claude-sonnet-4-6'],
    ['groq', 'groq/openai/gpt-oss-120b'],
    ['huggingface', 'huggingface/openai/gpt-oss-120b'],
  ])('works a whole session on %s', async (provider, model) => {
    stand = await startStand();
    const transcript = await runCodexSession(`${stand.weir.url}/v1`, stand.key, { ...SCRIPT, model });
    expect(transcript.models).toMatchObject({ status: 200 });
    expect(transcript.models.names.length).toBeGreaterThan(10);
    expect(transcript.turns.map(({ outcome }) => outcome)).toEqual(['answered', 'answered']);
    for (const turn of transcript.turns) expect(turn.exchanges.length).toBe(2);
    const [looking, patching] = transcript.turns;
    expect(looking?.exchanges[0]?.stream?.items.map(({ name }) => name)).toContain('shell_command');
    expect(looking?.text).toContain('Exit code: 0');
    expect(patching?.exchanges[0]?.stream?.items).toContainEqual(
      expect.objectContaining({ type: 'custom_tool_call', name: 'apply_patch' }),
    );
    expect(patching?.text).toContain('Success. Updated');
    const answers = transcript.turns.flatMap(({ exchanges }) => exchanges.flatMap(({ attempts }) => attempts));
    for (const { headers } of answers) expect(headers.get('x-weir-provider')).toBe(provider);
  });

  it('tries again by itself when the provider fails or its stream breaks', async () => {
    stand = await startStand();
    stand.simulator.faults.add({ match: { path: '/v1/responses' }, fault: 'status; code=503' });
    stand.simulator.faults.add({ match: { path: '/v1/responses' }, fault: 'reset_mid_stream; after=6' });
    const transcript = await runCodexSession(`${stand.weir.url}/v1`, stand.key, { ...SCRIPT, model: 'gpt-5.2' });
    expect(transcript.turns.map(({ outcome }) => outcome)).toEqual(['answered', 'answered']);
    expect(transcript.turns[0]?.exchanges[0]?.attempts.length).toBe(3);
  });

  it('hands a rate limit back to the person', async () => {
    stand = await startStand();
    stand.simulator.faults.add({ match: { path: '/v1/messages' }, fault: 'status; code=429; retry_after=1' });
    const model = 'anthropic/claude-sonnet-4-6';
    const transcript = await runCodexSession(`${stand.weir.url}/v1`, stand.key, { ...SCRIPT, model });
    expect(transcript.turns.map(({ outcome }) => outcome)).toEqual(['rate-limited', 'answered', 'answered']);
  });
});
