import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../server/src/simulator/server.ts';
import { simulatorProviders } from '../../server/src/simulator/simulator-providers.ts';
import { type RunningWeir, startWeir } from '../support/weir.ts';
import { pageOf } from './pages.ts';

/** Requests that use every field the page names. */
const tool = { name: 'look', parameters: { type: 'object', properties: {} } };
const REQUESTS: Record<string, { path: string; body: object }> = {
  'OpenAI chat': {
    path: '/v1/chat/completions',
    body: {
      messages: [{ role: 'user', content: 'hello' }],
      tools: [{ type: 'function', function: { ...tool, strict: true } }],
      parallel_tool_calls: false,
      ...{ temperature: 0.5, top_p: 0.5, n: 2, seed: 7, presence_penalty: 0.1, frequency_penalty: 0.1, logprobs: true },
      ...{ top_logprobs: 2, logit_bias: { 1: 1 }, user: 'someone', metadata: { a: 'b' }, service_tier: 'auto' },
      ...{ verbosity: 'low', prompt_cache_key: 'key', web_search_options: {} },
      prediction: { type: 'content', content: 'hello' },
    },
  },
  'OpenAI responses': {
    path: '/v1/responses',
    body: {
      input: 'hello',
      tools: [{ type: 'web_search' }],
      ...{ truncation: 'auto', max_tool_calls: 3, top_logprobs: 2, text: { verbosity: 'low' } },
    },
  },
  'Anthropic messages': {
    path: '/v1/messages',
    body: {
      system: [{ type: 'text', text: 'be brief', cache_control: { type: 'ephemeral' } }],
      messages: [{ role: 'user', content: 'hello' }],
      ...{ max_tokens: 100, top_k: 5, service_tier: 'auto', container: 'box', mcp_servers: [] },
    },
  },
};
const MODELS: Record<string, readonly string[]> = {
  Claude: ['anthropic/claude-sonnet-5'],
  Gemini: ['gemini/gemini-2.5-flash'],
  Groq: ['groq/llama-3.3-70b-versatile'],
  'all without that API': ['groq/llama-3.3-70b-versatile', 'huggingface/openai/gpt-oss-120b'],
};

const rows = pageOf('docs/wires.md')
  .text.split('## Streaming')[0]
  ?.split('named in `x-weir-dropped` |')[1]
  ?.split('\n')
  .filter((line) => /^\| (?:OpenAI|Anthropic)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

const claims = (rows ?? []).flatMap(([, client = '', provider = '', fields = '']) =>
  (MODELS[provider] ?? []).map((model) => ({
    client,
    model,
    fields: [...fields.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  })),
);

describe('the page about wires', () => {
  let simulator: Simulator;
  let weir: RunningWeir;
  beforeAll(async () => {
    simulator = await startSimulator();
    // The simulator does not speak Gemini's wire: the request fails there, after Weir has written it.
    const gemini = { GEMINI_API_KEY: 'AIza-simulated', GEMINI_BASE_URL: simulator.url };
    weir = await startWeir({ env: { ...simulatorProviders(simulator.url), ...gemini } });
  });
  afterAll(async () => {
    await weir.stop();
    await simulator.close();
  });

  it('names fields of every client', () => {
    expect(new Set(claims.map(({ client }) => client))).toEqual(new Set(Object.keys(REQUESTS)));
  });

  it.each(claims)('tells which fields of $client are lost at $model', async ({ client, model, fields }) => {
    const { path = '', body = {} } = REQUESTS[client] ?? {};
    const { headers } = await weir.api(`POST ${path}`, { model, ...body });
    const dropped = headers.get('x-weir-dropped')?.split(', ');
    expect(dropped).toEqual(expect.arrayContaining(fields));
  });
});
