import type { Conversation } from '../../../contracts/corpus.ts';

/** One row of the table: a provider as the mock plays it. */
export interface MockedProvider {
  /** As the table shows it. */
  readonly title: string;
  /** `provider/model`. */
  readonly model: string;
  /** Where the mock must have been asked; the Responses wire of OpenAI's API has its own path. */
  readonly path: RegExp;
  /** Why the mock, or the provider, cannot have this conversation; undefined when it can. */
  readonly cannot?: (of: { conversation: Conversation; wire: string; stream: boolean }) => string | undefined;
  /** The mock shows no usage in its streams, or zeros. */
  readonly noStreamUsage?: boolean;
}

type Cannot = MockedProvider['cannot'];

/** Its Responses say `incomplete` without `incomplete_details`, which on the same wire passes as it is. */
const noCutResponses: Cannot = ({ conversation, wire }) =>
  wire === 'openai-responses' && conversation.reply.choices[0]?.finishReason === 'length'
    ? 'the mock gives no reason for an incomplete response'
    : undefined;

const noCoherePlans: Cannot = ({ conversation, stream }) => {
  const said = new Set(conversation.reply.choices[0]?.content.map(({ type }) => type));
  if (said.has('reasoning')) return 'the mock puts reasoning into the text';
  return stream && said.has('tool-call') ? 'the mock adds a tool plan of its own to streams' : undefined;
};

const CHAT = /^\/(openai\/)?v1\/(chat\/completions|responses)$/;

export const MOCKED_PROVIDERS: readonly MockedProvider[] = [
  { title: 'openai', model: 'openai/gpt-4o', path: CHAT, cannot: noCutResponses },
  { title: 'anthropic', model: 'anthropic/claude-sonnet-4-5', path: /^\/v1\/messages/ },
  { title: 'groq', model: 'groq/openai/gpt-oss-120b', path: CHAT },
  { title: 'huggingface', model: 'huggingface/openai/gpt-oss-120b', path: CHAT },
  {
    title: 'azure-openai',
    model: 'azure-openai/gpt-4o',
    path: /^\/openai\/(deployments\/gpt-4o\/chat\/completions|responses)\?/,
    cannot: noCutResponses,
  },
  { title: 'bedrock converse', model: 'bedrock/amazon.nova-pro-v1:0', path: /^\/model\/.*\/converse(-stream)?$/ },
  {
    title: 'bedrock invoke',
    model: 'bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0',
    path: /^\/model\/.*\/invoke(-with-response-stream)?$/,
    noStreamUsage: true,
  },
  { title: 'gemini', model: 'gemini/gemini-2.5-flash', path: /^\/v1beta\/models\/gemini-2\.5-flash:/ },
  { title: 'vertex', model: 'vertex/gemini-2.5-flash', path: /\/publishers\/google\/models\/gemini-2\.5-flash:/ },
  { title: 'mistral', model: 'mistral/mistral-large-latest', path: CHAT, noStreamUsage: true },
  { title: 'cohere', model: 'cohere/command-a-03-2025', path: /^\/v2\/chat$/, cannot: noCoherePlans },
  { title: 'ollama', model: 'ollama/llama3.2', path: CHAT },
  { title: 'openai-compatible', model: 'local/llama', path: CHAT },
];

/** Weir's configuration with every provider at the mock's address. */
export function configuration(mock: string): string {
  return `
retry: { max_attempts: 0 }
breaker: { consecutive_failures: 1000000, minimum_calls: 1000000 }
providers:
  openai: { api_key: sk-mock, base_url: "${mock}/v1" }
  anthropic: { api_key: sk-ant-mock, base_url: "${mock}" }
  groq: { api_key: gsk_mock, base_url: "${mock}/openai/v1" }
  huggingface: { api_key: hf_mock, base_url: "${mock}/v1" }
  azure-openai: { api_key: mock, base_url: "${mock}" }
  bedrock: { api_key: mock, base_url: "${mock}", region: us-east-1 }
  gemini: { api_key: mock, base_url: "${mock}/v1beta" }
  vertex: { api_key: ya29.mock, base_url: "${mock}", project: mock-project, region: us-central1 }
  mistral: { api_key: mock, base_url: "${mock}/v1" }
  cohere: { api_key: mock, base_url: "${mock}" }
  ollama: { api_key: none, base_url: "${mock}/v1" }
  local: { type: openai-compatible, api_key: none, base_url: "${mock}/v1", models: [llama] }
`;
}
