import type {
  ChatReply,
  ChatRequest,
  Content,
  FinishReason,
  Message,
  Part,
  Wire,
} from '../../server/src/kernel/chat.ts';
import { type Json, type JsonObject, parseJson } from '../../server/src/kernel/json.ts';
import { inputTokens, outputTokens, usage } from '../../server/src/kernel/usage.ts';
import type { Feature } from '../../server/src/ports/provider.ts';
import { partsOf } from '../../server/src/protocols/assemble-reply.ts';

/**
 * Conversations that every pair of client wire and provider must carry, whole and streamed. A contract test writes the
 * request with the upstream face of the client's wire, reads it with the client face, and so on round; what must be the
 * same at the end is `requestOutcome` and `replyOutcome`, which leave out what wires may change (ids, names of models,
 * how blocks are grouped into messages).
 */
export interface Conversation {
  readonly name: string;
  readonly request: ChatRequest;
  readonly reply: ChatReply;
  /** What the model must be able to do beyond text. */
  readonly features: readonly Feature[];
  /** Wires that can say it; absent means all. */
  readonly wires?: readonly Wire[];
}

const text = (said: string): Content => ({ type: 'text', text: said });
const user = (said: string): Message => ({ role: 'user', content: [text(said)] });
const assistant = (said: string): Message => ({ role: 'assistant', content: [text(said)] });
const call = (id: string, name: string, argumentsText: string): Content => ({
  type: 'tool-call',
  id,
  name,
  argumentsText,
});
const result = (toolCallId: string, toolName: string, said: string): Content => ({
  type: 'tool-result',
  toolCallId,
  toolName,
  content: [text(said)],
});

/** The smallest PNG: one transparent pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const WEATHER_TOOL = {
  type: 'function' as const,
  name: 'get_weather',
  description: 'Weather of one city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as JsonObject,
};
const TIME_TOOL = {
  type: 'function' as const,
  name: 'get_time',
  parameters: { type: 'object', properties: {} } as JsonObject,
};

const PERSON_SCHEMA: JsonObject = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};

const UNICODE = 'naïve 👩‍👩‍👧‍👦 e\u0301 \u{1F600}\r\nline\u2028two\ttab "quoted" \\back\\ 漢字 עברית';

function request(part: Partial<ChatRequest>): ChatRequest {
  return {
    model: 'model-one',
    messages: [user('Say hello.')],
    maxOutputTokens: 256,
    stream: false,
    includeUsage: true,
    extensions: { wire: 'openai-chat', fields: {} },
    ...part,
  };
}

function reply(content: readonly Content[], finishReason: FinishReason, more: Partial<ChatReply> = {}): ChatReply {
  return {
    id: 'reply-1',
    model: 'model-one',
    createdS: 1_763_632_800,
    choices: [{ index: 0, content, finishReason }],
    usage: usage({ input: 12, output: 7 }),
    ...more,
  };
}

const HELLO = reply([text('Hello!')], 'stop');

export const CORPUS: readonly Conversation[] = [
  { name: 'plain text', request: request({ temperature: 0.5 }), reply: HELLO, features: [] },
  {
    name: 'system prompt and several turns',
    request: request({
      messages: [
        { role: 'system', content: [text('Answer in one word.')] },
        user('Hi'),
        assistant('Hello'),
        user('And again?'),
      ],
    }),
    reply: HELLO,
    features: [],
  },
  {
    name: 'parallel tool calls in the reply',
    request: request({
      messages: [user('Paris and Rome?')],
      tools: [WEATHER_TOOL, TIME_TOOL],
      toolChoice: { kind: 'auto' },
    }),
    reply: reply(
      [
        text('Let me look.'),
        call('call_1', 'get_weather', '{"city":"Paris"}'),
        call('call_2', 'get_weather', '{"city":"Rome"}'),
        call('call_3', 'get_time', '{}'),
      ],
      'tool-calls',
    ),
    features: ['tools', 'parallel-tools'],
  },
  {
    name: 'results of parallel tool calls in the request',
    request: request({
      messages: [
        user('Paris and Rome?'),
        {
          role: 'assistant',
          content: [call('call_1', 'get_weather', '{"city":"Paris"}'), call('call_2', 'get_time', '{}')],
        },
        { role: 'tool', content: [result('call_1', 'get_weather', 'rain, 8 °C')] },
        { role: 'tool', content: [result('call_2', 'get_time', '10:00')] },
        user('Thanks. So?'),
      ],
      tools: [WEATHER_TOOL, TIME_TOOL],
    }),
    reply: reply([text('Take an umbrella.')], 'stop'),
    features: ['tools', 'parallel-tools'],
  },
  {
    name: 'one tool demanded, with long nested arguments',
    request: request({ tools: [WEATHER_TOOL], toolChoice: { kind: 'tool', name: 'get_weather' } }),
    reply: reply(
      [
        call(
          'call_1',
          'get_weather',
          JSON.stringify({ city: 'Åre "ski" \\ 雪', days: [1, 2.5, { deep: [null, true] }] }),
        ),
      ],
      'tool-calls',
    ),
    features: ['tools'],
  },
  {
    name: 'an image as bytes',
    request: request({
      messages: [
        {
          role: 'user',
          content: [
            text('What is this?'),
            { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: PIXEL } },
          ],
        },
      ],
    }),
    reply: reply([text('One pixel.')], 'stop'),
    features: ['vision'],
  },
  {
    name: 'an image by address',
    request: request({
      messages: [
        {
          role: 'user',
          content: [
            text('What is this?'),
            { type: 'image', source: { kind: 'url', url: 'https://images.example/a.png' } },
          ],
        },
      ],
    }),
    reply: reply([text('A picture.')], 'stop'),
    features: ['vision'],
    // Gemini, Bedrock and Cohere take bytes or their own stores' addresses only.
    wires: ['openai-chat', 'openai-responses', 'anthropic-messages'],
  },
  {
    name: 'a reply after a JSON Schema',
    request: request({
      messages: [user('Ada, 36.')],
      responseFormat: { kind: 'json-schema', name: 'person', schema: PERSON_SCHEMA, strict: true },
    }),
    reply: reply([text('{"name":"Ada","age":36}')], 'stop'),
    features: ['json-schema'],
  },
  {
    name: 'reasoning before the answer',
    request: request({ reasoning: { effort: 'high' }, maxOutputTokens: 32_000 }),
    reply: reply([{ type: 'reasoning', text: 'First, think.' }, text('Then answer.')], 'stop', {
      usage: usage({ input: 12, output: 4, reasoning: 20 }),
    }),
    features: ['reasoning'],
    wires: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate', 'bedrock-converse'],
  },
  {
    name: 'signed reasoning in the history',
    request: request({
      messages: [
        user('Think.'),
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'Deeply.', signature: 'c2lnbmF0dXJl', wire: 'anthropic-messages' },
            text('Done.'),
          ],
        },
        user('Go on.'),
      ],
    }),
    reply: HELLO,
    features: ['reasoning'],
  },
  {
    name: 'a refusal',
    request: request({ messages: [user('Do what you must not.')] }),
    reply: reply([{ type: 'refusal', text: 'I cannot help with that.' }], 'refusal'),
    features: [],
    wires: ['openai-chat', 'openai-responses', 'anthropic-messages'],
  },
  {
    name: 'a reply cut at the limit',
    request: request({ maxOutputTokens: 1 }),
    reply: reply([text('Hel')], 'length'),
    features: [],
  },
  { name: 'a stop sequence', request: request({ stop: ['END', '\n\n'] }), reply: HELLO, features: [] },
  {
    name: 'text of every script, line ends and escapes',
    request: request({ messages: [{ role: 'system', content: [text(UNICODE)] }, user(UNICODE)] }),
    reply: reply([text(UNICODE)], 'stop'),
    features: [],
  },
  {
    name: 'a reply without a word',
    request: request({}),
    reply: reply([], 'stop'),
    features: [],
  },
  {
    name: 'two choices',
    request: request({ n: 2 }),
    reply: {
      ...HELLO,
      choices: [
        { index: 0, content: [text('Hello!')], finishReason: 'stop' },
        { index: 1, content: [text('Hi th')], finishReason: 'length' },
      ],
    },
    features: [],
    wires: ['openai-chat', 'openai-completions'],
  },
  {
    name: 'usage with cached tokens',
    request: request({}),
    reply: reply([text('Hello!')], 'stop', { usage: usage({ input: 10, cacheRead: 90, output: 5 }) }),
    features: ['prompt-cache'],
    // Cohere shows no cached tokens.
    wires: [
      'openai-chat',
      'openai-completions',
      'openai-responses',
      'anthropic-messages',
      'gemini-generate',
      'bedrock-converse',
    ],
  },
];

/** What the legacy completions wire has no words for. */
const BEYOND_COMPLETIONS: readonly Feature[] = ['tools', 'parallel-tools', 'vision', 'json-schema', 'reasoning'];

/** The conversations that all these wires can say. */
export function conversationsFor(...wires: readonly Wire[]): readonly Conversation[] {
  return CORPUS.filter((conversation) => wires.every((wire) => canSay(wire, conversation)));
}

function canSay(wire: Wire, { wires, features, request: { messages } }: Conversation): boolean {
  if (wires !== undefined && !wires.includes(wire)) return false;
  if (wire !== 'openai-completions') return true;
  return messages.length === 1 && !features.some((feature) => BEYOND_COMPLETIONS.includes(feature));
}

/** The request as a client of this wire would have meant it. */
export function spokenOn(wire: Wire, { request: said }: Conversation, stream = false): ChatRequest {
  return { ...said, stream, extensions: { wire, fields: {} } };
}

type Item =
  | { readonly role: string; readonly text: string }
  | { readonly role: string; readonly image: string }
  | { readonly call: string; readonly arguments: Json | undefined }
  | { readonly resultOf: string; readonly text: string };

export interface RequestOutcome {
  /** All system and developer texts. */
  readonly system: string;
  /** What was said, in order, without regard to how it is grouped into messages. */
  readonly items: readonly Item[];
  readonly tools: readonly { readonly name: string; readonly parameters: Json | undefined }[];
  readonly toolChoice: string;
  readonly maxOutputTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly stop: readonly string[];
  readonly schema: JsonObject | undefined;
  readonly n: number;
  readonly stream: boolean;
}

/** What of a request must arrive. Old reasoning is left out: it counts only at the provider it came from. */
export function requestOutcome(of: ChatRequest): RequestOutcome {
  const contents = of.messages.flatMap(({ role, content }) => content.map((item) => ({ role, item })));
  const names = new Map<string, string>();
  for (const { item } of contents) if (item.type === 'tool-call') names.set(item.id, item.name);
  const isSystem = (role: string) => role === 'system' || role === 'developer';
  return {
    system: contents
      .flatMap(({ role, item }) => (isSystem(role) && item.type === 'text' ? [item.text] : []))
      .join('\n'),
    items: contents.flatMap(({ role, item }) => (isSystem(role) ? [] : itemsOf(role, item, names))),
    tools: (of.tools ?? []).flatMap((tool) =>
      tool.type === 'function' ? [{ name: tool.name, parameters: tool.parameters }] : [],
    ),
    toolChoice: of.toolChoice?.kind === 'tool' ? `tool ${of.toolChoice.name}` : (of.toolChoice?.kind ?? 'auto'),
    maxOutputTokens: of.maxOutputTokens,
    temperature: of.temperature,
    stop: of.stop ?? [],
    schema: of.responseFormat?.kind === 'json-schema' ? of.responseFormat.schema : undefined,
    n: of.n ?? 1,
    stream: of.stream,
  };
}

function itemsOf(role: string, content: Content, names: ReadonlyMap<string, string>): Item[] {
  if (content.type === 'text') return content.text === '' ? [] : [{ role, text: content.text }];
  if (content.type === 'tool-call') return [{ call: content.name, arguments: parseJson(content.argumentsText) }];
  if (content.type === 'image') {
    const { source } = content;
    const image = source.kind === 'base64' ? `${source.mediaType} ${source.data}` : JSON.stringify(source);
    return [{ role, image }];
  }
  if (content.type !== 'tool-result') return [];
  const said = content.content.map((item) => (item.type === 'text' ? item.text : '')).join('');
  return [{ resultOf: names.get(content.toolCallId) ?? content.toolName ?? '', text: said }];
}

export interface ChoiceOutcome {
  /** Text and refusal: not every wire tells them apart. */
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly { readonly name: string; readonly arguments: Json | undefined }[];
  /** A refusal and a content filter are one word on some wires. */
  readonly ended: FinishReason;
}

export interface ReplyOutcome {
  readonly choices: readonly ChoiceOutcome[];
  readonly usage: { readonly input: number; readonly cached: number; readonly output: number } | undefined;
}

/** What of a reply must arrive. */
export function replyOutcome(of: ChatReply): ReplyOutcome {
  return {
    choices: of.choices.map(({ content, finishReason }) => ({
      text: textOf(content, ['text', 'refusal']),
      reasoning: textOf(content, ['reasoning']),
      calls: content.flatMap((item) =>
        item.type === 'tool-call' ? [{ name: item.name, arguments: parseJson(item.argumentsText) }] : [],
      ),
      ended: finishReason === 'content-filter' ? 'refusal' : finishReason,
    })),
    usage: of.usage && { input: inputTokens(of.usage), cached: of.usage.cacheRead, output: outputTokens(of.usage) },
  };
}

function textOf(content: readonly Content[], types: readonly Content['type'][]): string {
  return content.map((item) => ('text' in item && types.includes(item.type) ? item.text : '')).join('');
}

/** The parts of a reply as a provider streams them: texts and tool arguments in pieces of a few characters. */
export function streamOf(of: ChatReply, pieceLength = 3): Part[] {
  return partsOf(of).flatMap((part): Part[] => {
    switch (part.type) {
      case 'text-delta':
      case 'reasoning-delta':
      case 'refusal-delta':
        return pieces(part.text, pieceLength).map((text) => ({ ...part, text }));
      case 'tool-call-delta':
        return pieces(part.argumentsText, pieceLength).map((argumentsText) => ({ ...part, argumentsText }));
      default:
        return [part];
    }
  });
}

/** Never cuts a character in two. */
function pieces(whole: string, length: number): string[] {
  const characters = [...whole];
  const cut: string[] = [];
  for (let at = 0; at < characters.length; at += length) cut.push(characters.slice(at, at + length).join(''));
  return cut;
}
