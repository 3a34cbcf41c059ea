import { InferenceClient } from '@huggingface/inference';
import { describe } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { describeClient } from './client-suite.ts';
import {
  type CalledTool,
  type ClientUnderTest,
  finishOf,
  PERSON_SCHEMA,
  PIXEL,
  parsed,
  WEATHER_PARAMETERS,
  weatherOf,
} from './client-under-test.ts';

describe(requirement('D1'), () => {
  describeClient('@huggingface/inference', {
    make: (url, key) => huggingfaceUnderTest(new InferenceClient(key, { endpointUrl: `${url}/v1` })),
    showsRetryAfter: false,
  });
});

type Arguments = Parameters<InferenceClient['chatCompletion']>[0];
type Reply = Awaited<ReturnType<InferenceClient['chatCompletion']>>;
type Messages = Arguments['messages'];

function huggingfaceUnderTest(client: InferenceClient): ClientUnderTest {
  const tools = [
    {
      type: 'function' as const,
      function: { name: 'get_weather', description: 'The weather', parameters: WEATHER_PARAMETERS },
    },
  ];
  const ask = (prompt: string): Messages => [{ role: 'user', content: prompt }];
  const saidOf = (reply: Reply) => ({
    text: reply.choices[0]?.message.content ?? '',
    inputTokens: reply.usage?.prompt_tokens,
    outputTokens: reply.usage?.completion_tokens,
    finish: finishOf(reply.choices[0]?.finish_reason),
  });
  const callsOf = (reply: Reply): CalledTool[] =>
    (reply.choices[0]?.message.tool_calls ?? []).map((call) => ({
      name: call.function.name,
      arguments: parsed(call.function.arguments),
    }));
  return {
    async text(model, prompt) {
      return saidOf(await client.chatCompletion({ model, messages: ask(prompt) }));
    },
    async stream(model, prompt) {
      const stream_options = { include_usage: true };
      let text = '';
      let pieces = 0;
      let finish: string | undefined;
      let usage: { prompt_tokens: number; completion_tokens: number } | undefined;
      for await (const chunk of client.chatCompletionStream({ model, messages: ask(prompt), stream_options })) {
        const choice = chunk.choices[0];
        if (choice?.delta.content) pieces++;
        text += choice?.delta.content ?? '';
        finish = choice?.finish_reason ?? finish;
        usage = chunk.usage ?? usage;
      }
      const tokens = { inputTokens: usage?.prompt_tokens, outputTokens: usage?.completion_tokens };
      return { text, pieces, finish: finishOf(finish), ...tokens };
    },
    async tools(model, prompt) {
      return callsOf(await client.chatCompletion({ model, messages: ask(prompt), tools }));
    },
    async streamTools(model, prompt) {
      const calls: { name: string; text: string }[] = [];
      for await (const chunk of client.chatCompletionStream({ model, messages: ask(prompt), tools })) {
        for (const call of chunk.choices[0]?.delta.tool_calls ?? []) {
          calls[call.index] ??= { name: '', text: '' };
          const known = calls[call.index] as { name: string; text: string };
          known.name += call.function.name ?? '';
          known.text += call.function.arguments;
        }
      }
      return calls.map(({ name, text }) => ({ name, arguments: parsed(text) }));
    },
    async toolRound(model, prompt) {
      const first = await client.chatCompletion({ model, messages: ask(prompt), tools });
      const message = first.choices[0]?.message;
      const results = (message?.tool_calls ?? []).map((call, at) => ({
        role: 'tool',
        tool_call_id: call.id,
        content: weatherOf(callsOf(first)[at] as CalledTool),
      }));
      const messages = [...ask(prompt), message, ...results] as Messages;
      return saidOf(await client.chatCompletion({ model, messages, tools })).text;
    },
    async schema(model) {
      const reply = await client.chatCompletion({
        model,
        messages: ask('Ada, 36 years old.'),
        response_format: { type: 'json_schema', json_schema: { name: 'person', schema: PERSON_SCHEMA } },
      });
      return parsed(reply.choices[0]?.message.content);
    },
    async image(model) {
      const messages: Messages = [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
          ],
        },
      ];
      return saidOf(await client.chatCompletion({ model, messages })).text;
    },
    async abort(model, prompt, { signal, started }) {
      for await (const chunk of client.chatCompletionStream({ model, messages: ask(prompt) }, { signal })) {
        if (chunk.choices[0]?.delta.content) started();
      }
    },
    failure(error) {
      const { httpResponse, message } = error as { httpResponse?: { status: number }; message: string };
      return { status: httpResponse?.status, retryAfter: undefined, message };
    },
  };
}
