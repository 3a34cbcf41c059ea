import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import type { RunningWeir } from '../../support/weir.ts';
import type { Stand } from '../clients/stand.ts';

export interface Answer {
  readonly text: string;
  /** Arguments of its tool calls, with their names. */
  readonly calls: readonly string[];
  readonly finish: string | null | undefined;
  readonly tokens: readonly number[];
  readonly id: string;
  readonly cache: string | null;
}

/** One question through an official client, whole or streamed; what came is read by the client's own code. */
export type Ask = (of: { model: string; prompt: string; tools?: boolean; user?: string }) => Promise<Answer>;

const WEATHER = {
  name: 'get_weather',
  description: 'The weather',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
};

export function openai(weir: RunningWeir, apiKey: string): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${weir.url}/v1`, maxRetries: 0, defaultHeaders: { 'x-weir-cache': 'use' } });
}

export function anthropic(weir: RunningWeir, apiKey: string): Anthropic {
  return new Anthropic({ apiKey, baseURL: weir.url, maxRetries: 0, defaultHeaders: { 'x-weir-cache': 'use' } });
}

/** The same question in both forms, by wire. */
export function askers(stand: Stand): Record<string, { whole: Ask; stream: Ask }> {
  const client = openai(stand.weir, stand.key);
  const claude = anthropic(stand.weir, stand.key);
  return {
    'openai-chat': { whole: chatWhole(client), stream: chatStream(client) },
    'openai-responses': { whole: responsesWhole(client), stream: responsesStream(client) },
    'anthropic-messages': { whole: messagesWhole(claude), stream: messagesStream(claude) },
  };
}

const chatBody = ({ model, prompt, tools, user }: Parameters<Ask>[0]) => ({
  model,
  messages: [{ role: 'user' as const, content: prompt }],
  ...(user === undefined ? {} : { user }),
  ...(tools ? { tools: [{ type: 'function' as const, function: { ...WEATHER, strict: true } }] } : {}),
});

function chatAnswer(done: OpenAI.ChatCompletion, response: Response): Answer {
  const choice = done.choices[0];
  const calls = choice?.message.tool_calls ?? [];
  return {
    text: choice?.message.content ?? '',
    calls: calls.map((call) => (call.type === 'function' ? `${call.function.name} ${call.function.arguments}` : '')),
    finish: choice?.finish_reason,
    tokens: [done.usage?.prompt_tokens ?? -1, done.usage?.completion_tokens ?? -1],
    id: done.id,
    cache: response.headers.get('x-weir-cache'),
  };
}

function chatWhole(client: OpenAI): Ask {
  return async (of) => {
    const { data, response } = await client.chat.completions.create({ ...chatBody(of), stream: false }).withResponse();
    return chatAnswer(data, response);
  };
}

function chatStream(client: OpenAI): Ask {
  return async (of) => {
    const body = { ...chatBody(of), stream: true as const, stream_options: { include_usage: true } };
    const { data, response } = await client.chat.completions.create(body).withResponse();
    // The client's own reader of a whole stream.
    const { ChatCompletionStream } = await import('openai/lib/ChatCompletionStream');
    const runner = ChatCompletionStream.fromReadableStream(data.toReadableStream());
    return chatAnswer(await runner.finalChatCompletion(), response);
  };
}

const responsesBody = ({ model, prompt, tools, user }: Parameters<Ask>[0]) => ({
  model,
  input: prompt,
  ...(user === undefined ? {} : { user }),
  ...(tools ? { tools: [{ type: 'function' as const, ...WEATHER, strict: true }] } : {}),
});

function responsesAnswer(done: OpenAI.Responses.Response, response: Response): Answer {
  const texts = done.output.flatMap((item) => (item.type === 'message' ? item.content : []));
  const calls = done.output.filter((item) => item.type === 'function_call');
  return {
    text: texts.map((part) => (part.type === 'output_text' ? part.text : '')).join(''),
    calls: calls.map((call) => `${call.name} ${call.arguments}`),
    finish: done.status ?? null,
    tokens: [done.usage?.input_tokens ?? -1, done.usage?.output_tokens ?? -1],
    id: done.id,
    cache: response.headers.get('x-weir-cache'),
  };
}

function responsesWhole(client: OpenAI): Ask {
  return async (of) => {
    const { data, response } = await client.responses.create({ ...responsesBody(of), stream: false }).withResponse();
    return responsesAnswer(data, response);
  };
}

function responsesStream(client: OpenAI): Ask {
  return async (of) => {
    const { data, response } = await client.responses.create({ ...responsesBody(of), stream: true }).withResponse();
    let final: OpenAI.Responses.Response | undefined;
    let text = '';
    let sequence = -1;
    for await (const event of data) {
      if (event.sequence_number !== sequence + 1) throw new Error(`event ${event.sequence_number} after ${sequence}`);
      sequence = event.sequence_number;
      if (event.type === 'response.output_text.delta') text += event.delta;
      if (event.type === 'response.completed') final = event.response;
    }
    if (final === undefined) throw new Error('the stream did not complete');
    const answer = responsesAnswer(final, response);
    if (answer.text !== text) throw new Error('the deltas are not the text');
    return answer;
  };
}

const messagesBody = ({ model, prompt, tools, user }: Parameters<Ask>[0]) => ({
  model,
  max_tokens: 1000,
  messages: [{ role: 'user' as const, content: prompt }],
  ...(user === undefined ? {} : { metadata: { user_id: user } }),
  ...(tools
    ? { tools: [{ name: WEATHER.name, input_schema: { ...WEATHER.parameters, type: 'object' as const } }] }
    : {}),
});

function messagesAnswer(done: Anthropic.Message, cache: string | null): Answer {
  const uses = done.content.filter((block) => block.type === 'tool_use');
  return {
    text: done.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    calls: uses.map((use) => `${use.name} ${JSON.stringify(use.input)}`),
    finish: done.stop_reason,
    tokens: [done.usage.input_tokens, done.usage.output_tokens],
    id: done.id,
    cache,
  };
}

function messagesWhole(client: Anthropic): Ask {
  return async (of) => {
    const { data, response } = await client.messages.create({ ...messagesBody(of), stream: false }).withResponse();
    return messagesAnswer(data, response.headers.get('x-weir-cache'));
  };
}

function messagesStream(client: Anthropic): Ask {
  return async (of) => {
    const { data, response } = await client.messages.stream(messagesBody(of)).withResponse();
    return messagesAnswer(await data.finalMessage(), response.headers.get('x-weir-cache'));
  };
}
