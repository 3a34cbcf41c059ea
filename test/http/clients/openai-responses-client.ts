import type OpenAI from 'openai';
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

const tools = [{ type: 'function' as const, name: 'get_weather', strict: true, parameters: WEATHER_PARAMETERS }];
type Input = OpenAI.Responses.ResponseInputItem[];

/** The Responses face of the `openai` package. */
export function openaiResponsesUnderTest(openai: OpenAI): ClientUnderTest {
  return {
    async text(model, prompt) {
      return saidOf(await openai.responses.create({ model, input: prompt }));
    },
    async stream(model, prompt) {
      const running = openai.responses.stream({ model, input: prompt });
      let pieces = 0;
      running.on('response.output_text.delta', () => pieces++);
      return { ...saidOf(await running.finalResponse()), pieces };
    },
    async tools(model, prompt) {
      return callsOf(await openai.responses.create({ model, input: prompt, tools }));
    },
    async streamTools(model, prompt) {
      return callsOf(await openai.responses.stream({ model, input: prompt, tools }).finalResponse());
    },
    async toolRound(model, prompt) {
      const question: Input = [{ role: 'user', content: prompt }];
      const first = await openai.responses.create({ model, input: question, tools });
      const results: Input = first.output.flatMap((item) =>
        item.type === 'function_call'
          ? [{ type: 'function_call_output', call_id: item.call_id, output: weatherOf(callOf(item)) }]
          : [],
      );
      const input = [...question, ...(first.output as Input), ...results];
      return saidOf(await openai.responses.create({ model, input, tools })).text;
    },
    async schema(model) {
      const reply = await openai.responses.parse({
        model,
        input: 'Ada, 36 years old.',
        text: { format: { type: 'json_schema', name: 'person', strict: true, schema: PERSON_SCHEMA } },
      });
      return parsed(reply.output_text);
    },
    async image(model) {
      const content: OpenAI.Responses.ResponseInputMessageContentList = [
        { type: 'input_text', text: 'What is this?' },
        { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${PIXEL}` },
      ];
      return saidOf(await openai.responses.create({ model, input: [{ role: 'user', content }] })).text;
    },
    async abort(model, prompt, { signal, started }) {
      const events = await openai.responses.create({ model, input: prompt, stream: true }, { signal });
      for await (const event of events) if (event.type === 'response.output_text.delta') started();
    },
    failure: failureOfOpenai,
  };
}

function saidOf(reply: OpenAI.Responses.Response): Said {
  return {
    text: reply.output_text,
    inputTokens: reply.usage?.input_tokens,
    outputTokens: reply.usage?.output_tokens,
    finish: finishOf(reply.status),
  };
}

function callsOf(reply: OpenAI.Responses.Response): CalledTool[] {
  return reply.output.flatMap((item) => (item.type === 'function_call' ? [callOf(item)] : []));
}

function callOf(item: OpenAI.Responses.ResponseFunctionToolCall): CalledTool {
  return { name: item.name, arguments: parsed(item.arguments) };
}
