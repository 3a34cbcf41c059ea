import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningWeir, startWeir } from '../../support/weir.ts';
import { ScriptedProvider } from '../validation/scripted-provider.ts';

const CONFIG = `
retry: { max_attempts: 1 }
breaker: { consecutive_failures: 100, minimum_calls: 1000 }
cache: { exact: { llm: false } }
conversations:
  window: { messages: 4 }
  summary: { model: anthropic/claude-3-5-haiku-20241022, max_tokens: 100 }
  responses: { messages: 4 }
`;
const model = 'gpt-4o-mini';
const provider = new ScriptedProvider();
let weir: RunningWeir;

beforeAll(async () => {
  await provider.listen();
  weir = await startWeir({ env: provider.environment, config: CONFIG });
});
afterAll(async () => {
  await weir.stop();
  await provider.upstream.close();
});

const summaries = () => provider.requests.filter(({ path }) => path.includes('/messages')).length;

describe('a rolling summary', () => {
  it('tells what the window leaves out, written anew only when the window jumps', async () => {
    const { json } = await weir.api('POST /api/v1/conversations', { summary: true, system: 'SYS' });
    provider.says('noted');
    const written: number[] = [];
    for (let turn = 0; turn < 7; turn++) {
      await weir.api('POST /api/v1/llm/chat', { prompt: `fact ${turn}`, model, conversation_id: json.id });
      written.push(summaries());
    }
    const { messages } = provider.sent(-1);
    expect(messages.slice(0, 2)).toEqual([
      { role: 'system', content: 'SYS' },
      { role: 'system', content: 'Summary of the conversation before:\nnoted' },
    ]);
    expect(messages.length).toBeLessThanOrEqual(6);
    expect(messages.at(-1).content).toBe('fact 6');
    expect(written[1]).toBe(0);
    expect(written.at(-1)).toBeGreaterThan(1);
    const asked = provider.requests.find(({ path }) => path.includes('/messages'));
    expect(asked?.body.toString()).toContain('fact 0');
    expect(asked?.body.toString()).not.toContain('fact 6');
    const records = await weir.api('GET /api/v1/usage/records?limit=50');
    const paid = records.json.data.filter(({ wire }: { wire: string }) => wire === 'conversation-summary');
    expect(paid).toHaveLength(written.at(-1) ?? 0);
  });

  it('is left out when it cannot be written, and the call goes on', async () => {
    const { json } = await weir.api('POST /api/v1/conversations', { summary: true });
    const { answer } = provider.upstream;
    provider.says('fine');
    provider.upstream.answer = (request, response) => {
      if (request.path.includes('/messages')) response.writeHead(500).end('{}');
      else answer(request, response);
    };
    for (let turn = 0; turn < 6; turn++) {
      const said = { prompt: `fact ${turn}`, model, conversation_id: json.id };
      expect((await weir.api('POST /api/v1/llm/chat', said)).status).toBe(200);
    }
    provider.upstream.answer = answer;
    expect(summaries()).toBeGreaterThan(0);
    expect(JSON.stringify(provider.sent(-1))).not.toContain('Summary');
    expect(weir.log()).toContain('summary_not_written');
  });
});

describe('a chain of responses', () => {
  it('is windowed where the configuration says so, and each turn stands in it once', async () => {
    provider.says('fine');
    let previous: string | undefined;
    for (let turn = 0; turn < 6; turn++) {
      const body = { model: 'claude-3-5-haiku-20241022', input: `turn ${turn}`, previous_response_id: previous };
      const reply = await weir.api('POST /v1/responses', body);
      expect(reply.status).toBe(200);
      previous = reply.json.id;
      if (turn === 1) expect(textsOf(provider.sent(-1))).toEqual(['turn 0', 'fine', 'turn 1']);
    }
    const said = textsOf(provider.sent(-1));
    expect(said.length).toBeLessThanOrEqual(4);
    expect(said.at(-1)).toBe('turn 5');
    expect(said.at(-3)).toBe('turn 4');
    const asked = said.filter((text) => text.startsWith('turn'));
    expect(asked).toEqual([...new Set(asked)]);
    // Only what the turn itself brought is kept of it, not the turns before.
    const kept = await weir.api(`GET /v1/responses/${previous}/input_items`);
    expect(kept.json.data).toHaveLength(1);
  });
});

function textsOf({ messages }: { messages: { content: string | { text?: string }[] }[] }): string[] {
  return messages.flatMap(({ content }) =>
    typeof content === 'string' ? content : content.flatMap(({ text }) => text ?? []),
  );
}
