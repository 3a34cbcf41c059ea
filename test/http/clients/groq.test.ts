import Groq from 'groq-sdk';
import type OpenAI from 'openai';
import { describeClient } from './client-suite.ts';
import type { ClientUnderTest } from './client-under-test.ts';
import { openaiChatUnderTest } from './openai-chat-client.ts';

describeClient('groq-sdk', {
  make: (baseURL, apiKey) => groqUnderTest(new Groq({ apiKey, baseURL, maxRetries: 0 })),
});

/** Groq's library has OpenAI's methods, but no helpers that gather a stream. */
function groqUnderTest(groq: Groq): ClientUnderTest {
  const { schema: _none, ...same } = openaiChatUnderTest(groq as unknown as OpenAI);
  const gather = async (model: string, prompt: string, more: object = {}) => {
    const messages = [{ role: 'user' as const, content: prompt }];
    const chunks = await groq.chat.completions.create({ model, messages, stream: true, ...more });
    let text = '';
    let pieces = 0;
    let finish: string | null | undefined;
    let usage: { prompt_tokens: number; completion_tokens: number } | undefined;
    const calls: { name: string; text: string }[] = [];
    for await (const chunk of chunks) {
      const choice = chunk.choices[0];
      if (choice?.delta.content) {
        text += choice.delta.content;
        pieces++;
      }
      for (const call of choice?.delta.tool_calls ?? []) {
        calls[call.index] ??= { name: '', text: '' };
        const known = calls[call.index] as { name: string; text: string };
        known.name += call.function?.name ?? '';
        known.text += call.function?.arguments ?? '';
      }
      finish = choice?.finish_reason ?? finish;
      usage = (chunk as { usage?: typeof usage }).usage ?? chunk.x_groq?.usage ?? usage;
      if (chunk.x_groq?.error) throw new Error(chunk.x_groq.error);
    }
    return { text, pieces, finish: finish ?? undefined, usage, calls };
  };
  return {
    ...same,
    async stream(model, prompt) {
      const { text, pieces, finish, usage } = await gather(model, prompt, { stream_options: { include_usage: true } });
      return {
        text,
        pieces,
        finish,
        inputTokens: usage?.prompt_tokens,
        outputTokens: usage?.completion_tokens,
      };
    },
    async streamTools(model, prompt) {
      const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
      const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters } }];
      const { calls } = await gather(model, prompt, { tools });
      return calls.map(({ name, text }) => ({ name, arguments: JSON.parse(text) }));
    },
    async schema(model) {
      const reply = await groq.chat.completions.create({
        model,
        messages: [{ role: 'user', content: 'Ada, 36 years old.' }],
        response_format: {
          type: 'json_schema',
          json_schema: {
            name: 'person',
            schema: {
              type: 'object',
              properties: { name: { type: 'string' }, age: { type: 'integer' } },
              required: ['name', 'age'],
            },
          },
        },
      });
      return JSON.parse(reply.choices[0]?.message.content ?? '');
    },
  };
}
