import { ChatAnthropic } from '@langchain/anthropic';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import {
  type AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  ToolMessage,
} from '@langchain/core/messages';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { describeClient } from './client-suite.ts';
import {
  type ClientUnderTest,
  finishOf,
  PERSON_SCHEMA,
  PIXEL,
  WEATHER_PARAMETERS,
  weatherOf,
} from './client-under-test.ts';
import { failureOfOpenai } from './openai-chat-client.ts';

describeClient('@langchain/openai', {
  make(url, apiKey) {
    const configuration = { baseURL: `${url}/v1` };
    return {
      ...langchainUnderTest((model) => new ChatOpenAI({ model, apiKey, configuration, maxRetries: 0 })),
      embed: (model, texts) =>
        new OpenAIEmbeddings({ model, apiKey, configuration, maxRetries: 0 }).embedDocuments([...texts]),
    };
  },
});

describeClient('@langchain/openai, responses', {
  make: (url, apiKey) =>
    langchainUnderTest(
      (model) =>
        new ChatOpenAI({
          model,
          apiKey,
          configuration: { baseURL: `${url}/v1` },
          maxRetries: 0,
          useResponsesApi: true,
        }),
    ),
});

describeClient('@langchain/anthropic', {
  countsStreams: false,
  make: (anthropicApiUrl, apiKey) =>
    langchainUnderTest(
      (model) => new ChatAnthropic({ model, apiKey, anthropicApiUrl, maxRetries: 0, maxTokens: 1000 }),
    ),
});

const TOOL = { name: 'get_weather', description: 'The weather', schema: WEATHER_PARAMETERS };

type Chat = BaseChatModel & Required<Pick<BaseChatModel, 'bindTools'>>;

function langchainUnderTest(modelOf: (model: string) => BaseChatModel): ClientUnderTest {
  const withTools = (model: string) => (modelOf(model) as Chat).bindTools([TOOL]);
  const gather = async (chunks: AsyncIterable<AIMessageChunk>) => {
    let whole: AIMessageChunk | undefined;
    let pieces = 0;
    for await (const chunk of chunks) {
      whole = whole === undefined ? chunk : whole.concat(chunk);
      if (chunk.text !== '') pieces++;
    }
    if (whole === undefined) throw new Error('an empty stream');
    return { whole, pieces };
  };
  return {
    text: async (model, prompt) => saidOf(await modelOf(model).invoke(prompt)),
    async stream(model, prompt) {
      const { whole, pieces } = await gather(await modelOf(model).stream(prompt));
      return { ...saidOf(whole), pieces };
    },
    tools: async (model, prompt) => callsOf((await withTools(model).invoke(prompt)) as AIMessage),
    async streamTools(model, prompt) {
      const chunks = (await withTools(model).stream(prompt)) as AsyncIterable<AIMessageChunk>;
      return callsOf((await gather(chunks)).whole);
    },
    async toolRound(model, prompt) {
      const question = new HumanMessage(prompt);
      const first = (await withTools(model).invoke([question])) as AIMessage;
      const results = (first.tool_calls ?? []).map(
        ({ id, name, args }) =>
          new ToolMessage({ tool_call_id: id ?? '', content: weatherOf({ name, arguments: args }) }),
      );
      return (await withTools(model).invoke([question, first, ...results] as BaseMessage[])).text;
    },
    schema: (model) =>
      modelOf(model)
        .withStructuredOutput({ title: 'person', ...PERSON_SCHEMA }, { method: 'jsonSchema' })
        .invoke('Ada, 36 years old.'),
    async image(model) {
      const content = [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
      ];
      return (await modelOf(model).invoke([new HumanMessage({ content })])).text;
    },
    async abort(model, prompt, { signal, started }) {
      for await (const chunk of await modelOf(model).stream(prompt, { signal })) if (chunk.text !== '') started();
    },
    failure: failureOfOpenai,
  };
}

function saidOf(message: AIMessage | AIMessageChunk) {
  const usage = (message as unknown as { usage_metadata?: { input_tokens: number; output_tokens: number } })
    .usage_metadata;
  const metadata = message.response_metadata as Record<string, string | undefined>;
  return {
    text: message.text,
    inputTokens: usage?.input_tokens,
    outputTokens: usage?.output_tokens,
    finish: finishOf(
      metadata.finish_reason ??
        metadata.stop_reason ??
        (message.additional_kwargs.stop_reason as string | undefined) ??
        metadata.status,
    ),
  };
}

function callsOf(message: AIMessage | AIMessageChunk) {
  return (message.tool_calls ?? []).map(({ name, args }) => ({ name, arguments: args }));
}
