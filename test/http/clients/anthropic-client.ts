import type Anthropic from '@anthropic-ai/sdk';
import {
  type CalledTool,
  type ClientUnderTest,
  finishOf,
  PERSON_SCHEMA,
  PIXEL,
  parsed,
  type Said,
  WEATHER_PARAMETERS,
  weatherOf,
} from './client-under-test.ts';
import { failureOfOpenai } from './openai-chat-client.ts';

const ask = (prompt: string): Anthropic.MessageParam[] => [{ role: 'user', content: prompt }];
const tools: Anthropic.Tool[] = [{ name: 'get_weather', description: 'The weather', input_schema: WEATHER_PARAMETERS }];
const max_tokens = 1000;

/** The Messages face of `@anthropic-ai/sdk`; its major versions have the same methods. */
export function anthropicUnderTest(anthropic: Anthropic): ClientUnderTest {
  const create = (model: string, messages: Anthropic.MessageParam[], more: object = {}): Promise<Anthropic.Message> =>
    anthropic.messages.create({ model, max_tokens, messages, stream: false, ...more });
  return {
    async text(model, prompt) {
      return saidOf(await create(model, ask(prompt)));
    },
    async stream(model, prompt) {
      const running = anthropic.messages.stream({ model, max_tokens, messages: ask(prompt) });
      let pieces = 0;
      running.on('text', () => pieces++);
      return { ...saidOf(await running.finalMessage()), pieces };
    },
    async tools(model, prompt) {
      return callsOf(await create(model, ask(prompt), { tools }));
    },
    async streamTools(model, prompt) {
      return callsOf(
        await anthropic.messages.stream({ model, max_tokens, messages: ask(prompt), tools }).finalMessage(),
      );
    },
    async toolRound(model, prompt) {
      const first = await create(model, ask(prompt), { tools });
      const results = first.content.flatMap((block): Anthropic.ToolResultBlockParam[] =>
        block.type === 'tool_use'
          ? [
              {
                type: 'tool_result',
                tool_use_id: block.id,
                content: weatherOf({ name: block.name, arguments: block.input }),
              },
            ]
          : [],
      );
      const history: Anthropic.MessageParam[] = [
        ...ask(prompt),
        { role: 'assistant', content: first.content as Anthropic.ContentBlockParam[] },
        { role: 'user', content: results },
      ];
      return saidOf(await create(model, history, { tools })).text;
    },
    async schema(model) {
      const reply = await create(model, ask('Ada, 36 years old.'), {
        output_config: { format: { type: 'json_schema', schema: PERSON_SCHEMA } },
      });
      return parsed(saidOf(reply).text);
    },
    async image(model) {
      const content: Anthropic.ContentBlockParam[] = [
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
        { type: 'text', text: 'What is this?' },
      ];
      return saidOf(await create(model, [{ role: 'user', content }])).text;
    },
    async abort(model, prompt, { signal, started }) {
      const body = { model, max_tokens, messages: ask(prompt), stream: true as const };
      const events = await anthropic.messages.create(body, { signal });
      for await (const event of events) if (event.type === 'content_block_delta') started();
    },
    failure: failureOfOpenai,
  };
}

function saidOf(message: Anthropic.Message): Said {
  return {
    text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    inputTokens: message.usage.input_tokens,
    outputTokens: message.usage.output_tokens,
    finish: finishOf(message.stop_reason),
  };
}

function callsOf(message: Anthropic.Message): CalledTool[] {
  return message.content.flatMap((block) =>
    block.type === 'tool_use' ? [{ name: block.name, arguments: block.input }] : [],
  );
}
