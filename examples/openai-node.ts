/**
 * The official OpenAI client, whole and streamed, against any provider.
 *
 *   WEIR_KEY=weir_... node examples/openai-node.ts
 */
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: `${process.env.WEIR_URL ?? 'http://127.0.0.1:8080'}/v1`,
  apiKey: process.env.WEIR_KEY,
});
const model = process.env.MODEL ?? 'claude-sonnet-4-5';

const { data, response } = await client.chat.completions
  .create({ model, messages: [{ role: 'user', content: 'How much water does a weir hold back?' }] })
  .withResponse();
console.log(data.choices[0]?.message.content);
console.log(
  'answered by',
  response.headers.get('x-weir-provider'),
  'for',
  response.headers.get('x-weir-cost-usd'),
  'USD',
);

const stream = await client.chat.completions.create({
  model,
  messages: [{ role: 'user', content: 'Now in 20 words.' }],
  stream: true,
  stream_options: { include_usage: true },
});
let tokens = 0;
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? '');
  tokens = chunk.usage?.total_tokens ?? tokens;
}
console.log(`\n${tokens} tokens`);
