/**
 * OpenAI's Responses API with state on the server, on a provider that has no such thing: Weir keeps the first turn.
 *
 *   WEIR_KEY=weir_... node examples/responses-node.ts
 */
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: `${process.env.WEIR_URL ?? 'http://127.0.0.1:8080'}/v1`,
  apiKey: process.env.WEIR_KEY,
});
const model = process.env.MODEL ?? 'claude-sonnet-4-5';

const first = await client.responses.create({ model, input: 'Name one river. Say "Rhine".' });
console.log(first.output_text);

const second = await client.responses.create({
  model,
  previous_response_id: first.id,
  input: 'And one more?',
});
console.log(second.output_text);
console.log(`the second call read ${second.usage?.input_tokens} tokens, the first turn among them`);

await client.responses.delete(first.id);
