import type { ErrorShape } from '../../../server/src/http/route.ts';

/** A route that takes a JSON body, a body it is content with, and what is checked of its fields. */
export interface Post {
  readonly path: string;
  readonly shape: ErrorShape;
  readonly good: Readonly<Record<string, unknown>>;
  /** Requests of calls leave a line in the log, good or bad. */
  readonly isCall: boolean;
  /** Fields and values that are refused, naming the field. */
  readonly wrong: readonly Wrong[];
}

export interface Wrong {
  /** Replaces fields of the good body; undefined takes one out. */
  readonly change: Readonly<Record<string, unknown>>;
  /** The field that the error names. */
  readonly param: string;
  /** 400 when absent. */
  readonly status?: number;
}

const MODEL: readonly Wrong[] = [
  { change: { model: 7 }, param: 'model' },
  { change: { model: ['gpt-4o-mini'] }, param: 'model' },
  { change: { model: 'nobody/has-this' }, param: 'model', status: 404 },
  { change: { model: `x${'y'.repeat(50_000)}` }, param: 'model', status: 404 },
];
const NO_MODEL: Wrong = { change: { model: undefined }, param: 'model' };
const EMPTY_MODEL: Wrong = { change: { model: '' }, param: 'model' };
const HI = [{ role: 'user', content: 'hi' }];

/** `part` is what the API calls a wrong part of a content. */
function messages(part = '[0]'): Wrong[] {
  const field = 'messages';
  const first = `${field}[0]`;
  return [
    { change: { [field]: undefined }, param: field },
    { change: { [field]: 'hi' }, param: field },
    { change: { [field]: {} }, param: field },
    { change: { [field]: [] }, param: field },
    { change: { [field]: [7] }, param: first },
    { change: { [field]: [{ role: 'king', content: 'hi' }] }, param: `${first}.role` },
    { change: { [field]: [{ role: 7, content: 'hi' }] }, param: `${first}.role` },
    { change: { [field]: [{ role: 'user', content: 7 }] }, param: `${first}.content` },
    { change: { [field]: [{ role: 'user', content: [7] }] }, param: `${first}.content${part}` },
  ];
}

function limit(field: string): Wrong[] {
  return [-1, 0, 1.5, '10', 1e300, true, [1]].map((value) => ({ change: { [field]: value }, param: field }));
}

function text(field: string): Wrong[] {
  return [undefined, 7, {}, true].map((value) => ({ change: { [field]: value }, param: field }));
}

const CALLS: readonly Post[] = [
  {
    path: '/v1/chat/completions',
    shape: 'openai',
    good: { model: 'gpt-4o-mini', messages: HI },
    isCall: true,
    wrong: [
      ...MODEL,
      NO_MODEL,
      EMPTY_MODEL,
      ...messages(),
      ...limit('max_tokens'),
      ...limit('max_completion_tokens'),
      ...limit('n'),
      { change: { temperature: 9 }, param: 'temperature' },
      { change: { temperature: '0.5' }, param: 'temperature' },
      { change: { stream: 'yes' }, param: 'stream' },
      { change: { stream_options: 7 }, param: 'stream_options' },
      { change: { tools: {} }, param: 'tools' },
      { change: { user: 7 }, param: 'user' },
    ],
  },
  {
    path: '/v1/completions',
    shape: 'openai',
    good: { model: 'gpt-4o-mini', prompt: 'hi' },
    isCall: true,
    wrong: [...MODEL, NO_MODEL, EMPTY_MODEL, ...text('prompt'), ...limit('max_tokens')],
  },
  {
    path: '/v1/responses',
    shape: 'openai',
    good: { model: 'gpt-4o-mini', input: 'hi' },
    isCall: true,
    wrong: [
      ...MODEL,
      NO_MODEL,
      EMPTY_MODEL,
      ...text('input').slice(1),
      { change: { input: [{ role: 'king', content: 'hi' }] }, param: 'input[0].role' },
      { change: { input: [7] }, param: 'input[0]' },
      ...limit('max_output_tokens'),
      { change: { stream: 'yes' }, param: 'stream' },
    ],
  },
  {
    path: '/v1/responses/input_tokens',
    shape: 'openai',
    good: { model: 'gpt-4o-mini', input: 'hi' },
    isCall: true,
    wrong: [...MODEL, NO_MODEL, EMPTY_MODEL],
  },
  {
    path: '/v1/embeddings',
    shape: 'openai',
    good: { model: 'text-embedding-3-small', input: 'hi' },
    isCall: true,
    wrong: [...MODEL, NO_MODEL, EMPTY_MODEL, ...text('input'), ...limit('dimensions')],
  },
  {
    path: '/v1/moderations',
    shape: 'openai',
    good: { model: 'omni-moderation-latest', input: 'hi' },
    isCall: true,
    wrong: MODEL,
  },
  {
    path: '/v1/messages',
    shape: 'anthropic',
    good: { model: 'claude-3-5-haiku-latest', max_tokens: 10, messages: HI },
    isCall: true,
    wrong: [
      ...MODEL,
      NO_MODEL,
      EMPTY_MODEL,
      ...messages(),
      ...limit('max_tokens'),
      { change: { max_tokens: undefined }, param: 'max_tokens' },
      { change: { temperature: 9 }, param: 'temperature' },
      { change: { stream: 'yes' }, param: 'stream' },
      { change: { system: 7 }, param: 'system' },
      { change: { tools: {} }, param: 'tools' },
      { change: { metadata: 7 }, param: 'metadata' },
    ],
  },
  {
    path: '/v1/messages/count_tokens',
    shape: 'anthropic',
    good: { model: 'claude-3-5-haiku-latest', messages: HI },
    isCall: true,
    wrong: [...MODEL, NO_MODEL, EMPTY_MODEL, ...messages()],
  },
  {
    path: '/api/sampling/request',
    shape: 'weir',
    good: { model: 'gpt-4o-mini', messages: HI },
    isCall: true,
    wrong: [
      ...MODEL,
      ...messages(''),
      ...limit('maxTokens'),
      { change: { temperature: 9 }, param: 'temperature' },
      { change: { stopSequences: 7 }, param: 'stopSequences' },
      { change: { stream: 'yes' }, param: 'stream' },
    ],
  },
  {
    path: '/api/v1/llm/completion',
    shape: 'weir',
    good: { model: 'gpt-4o-mini', prompt: 'hi' },
    isCall: true,
    wrong: [...MODEL, ...text('prompt'), ...limit('max_tokens'), { change: { user_id: 7 }, param: 'user_id' }],
  },
  {
    path: '/api/v1/llm/chat',
    shape: 'weir',
    good: { model: 'gpt-4o-mini', messages: HI },
    isCall: true,
    wrong: [
      ...MODEL,
      ...messages('').slice(1),
      ...limit('max_tokens'),
      { change: { messages: undefined }, param: 'prompt' },
    ],
  },
  {
    path: '/api/v1/inference',
    shape: 'weir',
    good: { provider: 'openai', model: 'gpt-4o-mini', inputs: 'hi' },
    isCall: true,
    wrong: [
      ...MODEL.slice(0, 2),
      NO_MODEL,
      { change: { provider: undefined }, param: 'provider' },
      { change: { provider: 7 }, param: 'provider' },
      { change: { provider: 'nobody' }, param: 'model', status: 404 },
      { change: { inputs: undefined }, param: 'inputs' },
      { change: { inputs: 7 }, param: 'inputs' },
      { change: { config: 7 }, param: 'config' },
      { change: { config: { max_tokens: -1 } }, param: 'config.max_tokens' },
    ],
  },
];

const MANAGEMENT: readonly Post[] = [
  {
    path: '/api/v1/keys',
    shape: 'weir',
    good: { name: 'ci' },
    isCall: false,
    wrong: [
      ...text('name'),
      { change: { role: 'king' }, param: 'role' },
      { change: { limits: { requests_per_minute: -1 } }, param: 'limits.requests_per_minute' },
      { change: { limits: { requests_per_hour: 1 } }, param: 'requests_per_hour' },
      { change: { expires_at: 'soon' }, param: 'expires_at' },
      { change: { rol: 'viewer' }, param: 'rol' },
    ],
  },
  { path: '/api/v1/projects', shape: 'weir', good: { name: 'apps' }, isCall: false, wrong: text('name') },
  {
    path: '/api/v1/credentials',
    shape: 'weir',
    good: { provider: 'openai', secret: 'sk-made-up' },
    isCall: false,
    wrong: [
      ...text('provider'),
      ...text('secret'),
      { change: { base_url: 'no address' }, param: 'base_url' },
      { change: { base_url: 'file:///etc/passwd' }, param: 'base_url' },
      { change: { scope: 'world' }, param: 'scope' },
    ],
  },
  {
    path: '/api/v1/tokens',
    shape: 'weir',
    good: { provider: 'openai', token: 'sk-made-up' },
    isCall: false,
    wrong: [...text('provider'), ...text('token')],
  },
  {
    path: '/api/v1/validate',
    shape: 'weir',
    good: { response: '{"a":1}' },
    isCall: false,
    wrong: [
      { change: { response: undefined }, param: 'response' },
      { change: { expected_format: 'xml' }, param: 'expected_format' },
      { change: { schema: 7 }, param: 'schema' },
      { change: { sanitize: 'all' }, param: 'sanitize' },
      { change: { schemas: {} }, param: 'schemas' },
    ],
  },
  {
    path: '/api/sampling/providers/openai/configure',
    shape: 'weir',
    good: { apiKey: 'sk-made-up' },
    isCall: false,
    wrong: [...text('apiKey'), { change: { baseURL: 'no address' }, param: 'baseURL' }],
  },
];

export const POSTS: readonly Post[] = [...CALLS, ...MANAGEMENT];
