/**
 * The official Anthropic client, with a tool, against any provider: here a model of OpenAI.
 *
 *   WEIR_KEY=weir_... node examples/anthropic-node.ts
 */
import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({
  baseURL: process.env.WEIR_URL ?? 'http://127.0.0.1:8080',
  apiKey: process.env.WEIR_KEY,
});
const model = process.env.MODEL ?? 'gpt-4o-mini';

const tools: Anthropic.Tool[] = [
  {
    name: 'get_weather',
    description: 'The weather in a city',
    input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
];
const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'What is the weather in Oslo?' }];

const asked = await client.messages.create({ model, max_tokens: 500, tools, messages });
messages.push({ role: 'assistant', content: asked.content });
const results = asked.content
  .filter((block) => block.type === 'tool_use')
  .map((block) => ({ type: 'tool_result' as const, tool_use_id: block.id, content: '4 °C and rain' }));
console.log(`the model called ${results.length} tool, and stopped because of ${asked.stop_reason}`);

messages.push({ role: 'user', content: results });
const stream = client.messages.stream({ model, max_tokens: 500, tools, messages });
stream.on('text', (text) => process.stdout.write(text));
const answer = await stream.finalMessage();
console.log(`\n${answer.usage.input_tokens + answer.usage.output_tokens} tokens`);
