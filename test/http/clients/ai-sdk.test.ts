import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import {
  type EmbeddingModel,
  embedMany,
  generateText,
  jsonSchema,
  type LanguageModel,
  Output,
  stepCountIs,
  streamText,
  type ToolSet,
  tool,
} from 'ai';
import { describeClient } from './client-suite.ts';
import {
  type ClientUnderTest,
  type Failure,
  finishOf,
  PERSON_SCHEMA,
  PIXEL,
  WEATHER_PARAMETERS,
  weatherOf,
} from './client-under-test.ts';

describeClient('ai with @ai-sdk/openai, chat', {
  make(url, apiKey) {
    const openai = createOpenAI({ apiKey, baseURL: `${url}/v1` });
    return aiUnderTest(
      (model) => openai.chat(model),
      (model) => openai.embedding(model),
    );
  },
});

describeClient('ai with @ai-sdk/openai, responses', {
  make: (url, apiKey) => aiUnderTest(createOpenAI({ apiKey, baseURL: `${url}/v1` }).responses),
});

describeClient('ai with @ai-sdk/anthropic', {
  make: (url, apiKey) => aiUnderTest(createAnthropic({ apiKey, baseURL: `${url}/v1` })),
});

describeClient('ai with @ai-sdk/openai-compatible', {
  make(url, apiKey) {
    const weir = createOpenAICompatible({
      name: 'weir',
      apiKey,
      baseURL: `${url}/v1`,
      includeUsage: true,
      supportsStructuredOutputs: true,
    });
    return aiUnderTest(weir, (model) => weir.embeddingModel(model));
  },
});

function aiUnderTest(
  modelOf: (model: string) => LanguageModel,
  embeddingOf?: (model: string) => EmbeddingModel,
): ClientUnderTest {
  const get_weather = tool({
    description: 'The weather',
    inputSchema: jsonSchema<{ city: string }>(WEATHER_PARAMETERS),
  });
  const answering = tool({
    description: 'The weather',
    inputSchema: jsonSchema<{ city: string }>(WEATHER_PARAMETERS),
    execute: async (input) => weatherOf({ name: 'get_weather', arguments: input }),
  });
  // The library's own types do not meet exactOptionalPropertyTypes.
  const tools = { get_weather } as unknown as ToolSet;
  const options = (model: string) => ({ model: modelOf(model), maxRetries: 0, maxOutputTokens: 1000 });
  return {
    async text(model, prompt) {
      const { text, usage, finishReason } = await generateText({ ...options(model), prompt });
      return {
        text,
        inputTokens: usage.inputTokens,
        outputTokens: usage.outputTokens,
        finish: finishOf(finishReason),
      };
    },
    async stream(model, prompt) {
      const running = streamText({ ...options(model), prompt, onError() {} });
      let text = '';
      let pieces = 0;
      for await (const part of running.fullStream) {
        if (part.type === 'error') throw part.error;
        if (part.type !== 'text-delta') continue;
        text += part.text;
        pieces++;
      }
      const usage = await running.usage;
      return {
        text,
        pieces,
        inputTokens: usage.inputTokens,
        outputTokens: usage.outputTokens,
        finish: finishOf(await running.finishReason),
      };
    },
    async tools(model, prompt) {
      const { toolCalls } = await generateText({ ...options(model), prompt, tools });
      return toolCalls.map(({ toolName, input }) => ({ name: toolName, arguments: input }));
    },
    async streamTools(model, prompt) {
      const calls = await streamText({ ...options(model), prompt, tools }).toolCalls;
      return calls.map(({ toolName, input }) => ({ name: toolName, arguments: input }));
    },
    async toolRound(model, prompt) {
      const withAnswers = { get_weather: answering } as unknown as ToolSet;
      return (await generateText({ ...options(model), prompt, tools: withAnswers, stopWhen: stepCountIs(3) })).text;
    },
    async schema(model) {
      const output = Output.object({ schema: jsonSchema<{ name: string; age: number }>(PERSON_SCHEMA) });
      return (await generateText({ ...options(model), prompt: 'Ada, 36 years old.', output })).output;
    },
    async image(model) {
      const { text } = await generateText({
        ...options(model),
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is this?' },
              { type: 'file', mediaType: 'image/png', data: PIXEL },
            ],
          },
        ],
      });
      return text;
    },
    ...(embeddingOf === undefined
      ? {}
      : {
          embed: async (model: string, texts: readonly string[]) =>
            (await embedMany({ model: embeddingOf(model), values: [...texts], maxRetries: 0 })).embeddings,
        }),
    async abort(model, prompt, { signal, started }) {
      const running = streamText({ ...options(model), prompt, abortSignal: signal, onError() {} });
      for await (const part of running.fullStream) if (part.type === 'text-delta') started();
    },
    failure: failureOfAi,
  };
}

function failureOfAi(error: unknown): Failure {
  const { statusCode, responseHeaders, message, cause } = error as {
    statusCode?: number;
    responseHeaders?: Record<string, string>;
    message: string;
    cause?: unknown;
  };
  if (statusCode === undefined && cause !== undefined) return failureOfAi(cause);
  return { status: statusCode, retryAfter: responseHeaders?.['retry-after'], message };
}
