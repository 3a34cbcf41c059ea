import type OpenAI from 'openai';
import {
  type CalledTool,
  type ClientUnderTest,
  type Failure,
  finishOf,
  PERSON_SCHEMA,
  PIXEL,
  parsed,
  type Said,
  WEATHER_PARAMETERS,
  weatherOf,
} from './client-under-test.ts';

type Messages = OpenAI.ChatCompletionMessageParam[];

const ask = (prompt: string): Messages => [{ role: 'user', content: prompt }];
const tools = [
  { type: 'function' as const, function: { name: 'get_weather', strict: true, parameters: WEATHER_PARAMETERS } },
];

/** The Chat Completions face of the `openai` package; its major versions have the same methods. */
export function openaiChatUnderTest(openai: OpenAI): ClientUnderTest {
  const create = (model: string, messages: Messages, more: object = {}) =>
    openai.chat.completions.create({ model, messages, stream: false, ...more });
  return {
    async text(model, prompt) {
      return saidOf(await create(model, ask(prompt)));
    },
    async stream(model, prompt) {
      const running = openai.chat.completions.stream({
        model,
        messages: ask(prompt),
        stream_options: { include_usage: true },
      });
      let pieces = 0;
      running.on('content', () => pieces++);
      return { ...saidOf(await running.finalChatCompletion()), pieces };
    },
    async tools(model, prompt) {
      return callsOf(await create(model, ask(prompt), { tools }));
    },
    async streamTools(model, prompt) {
      const running = openai.chat.completions.stream({ model, messages: ask(prompt), tools });
      return callsOf(await running.finalChatCompletion());
    },
    async toolRound(model, prompt) {
      const first = await create(model, ask(prompt), { tools });
      const message = first.choices[0]?.message;
      if (message === undefined) throw new Error('no message');
      const results: Messages = (message.tool_calls ?? []).map((call, at) => ({
        role: 'tool',
        tool_call_id: call.id,
        content: weatherOf(callsOf(first)[at] as CalledTool),
      }));
      const last = await create(model, [...ask(prompt), message, ...results], { tools });
      return saidOf(last).text;
    },
    async schema(model) {
      const reply = await openai.chat.completions.parse({
        model,
        messages: ask('Ada, 36 years old.'),
        response_format: { type: 'json_schema', json_schema: { name: 'person', strict: true, schema: PERSON_SCHEMA } },
      });
      return parsed(reply.choices[0]?.message.content);
    },
    async image(model) {
      const content: OpenAI.ChatCompletionContentPart[] = [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
      ];
      return saidOf(await create(model, [{ role: 'user', content }])).text;
    },
    async embed(model, texts) {
      const reply = await openai.embeddings.create({ model, input: [...texts] });
      return reply.data.map(({ embedding }) => embedding);
    },
    async abort(model, prompt, { signal, started }) {
      const chunks = await openai.chat.completions.create({ model, messages: ask(prompt), stream: true }, { signal });
      for await (const chunk of chunks) if (chunk.choices[0]?.delta.content) started();
    },
    failure: failureOfOpenai,
  };
}

export function failureOfOpenai(error: unknown): Failure {
  const { status, headers, message } = error as { status?: number; headers?: Headers; message: string };
  return { status, retryAfter: headers?.get('retry-after') ?? undefined, message };
}

function saidOf(reply: OpenAI.ChatCompletion): Said {
  return {
    text: reply.choices[0]?.message.content ?? '',
    inputTokens: reply.usage?.prompt_tokens,
    outputTokens: reply.usage?.completion_tokens,
    finish: finishOf(reply.choices[0]?.finish_reason),
  };
}

function callsOf(reply: OpenAI.ChatCompletion): CalledTool[] {
  return (reply.choices[0]?.message.tool_calls ?? []).map((call) => {
    if (call.type !== 'function') throw new Error(`a call of type ${call.type}`);
    return { name: call.function.name, arguments: parsed(call.function.arguments) };
  });
}
