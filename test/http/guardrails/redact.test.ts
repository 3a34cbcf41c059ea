import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stand, startStand } from '../clients/stand.ts';

const CONFIG = `
retry: { max_attempts: 0 }
guardrails:
  pii: redact
  secrets: redact
  custom:
    falcon: { words: [project falcon], mode: block, applies: output }
`;
const MAIL = 'bob.builder@example.com';

let stand: Stand;
let openai: OpenAI;
let anthropic: Anthropic;
beforeAll(async () => {
  stand = await startStand(CONFIG);
  openai = new OpenAI({ baseURL: `${stand.weir.url}/v1`, apiKey: stand.key, maxRetries: 0 });
  anthropic = new Anthropic({ baseURL: stand.weir.url, apiKey: stand.key, maxRetries: 0 });
});
afterAll(() => stand.close());

/** The simulator says these words; the address in the question is asked for in pieces, so that the request has none. */
const dictate = (text: string) => `say "${text}"`;
const userText = (content: string) => [{ role: 'user' as const, content }];

describe('requests', () => {
  it('keep every byte but those of the redacted texts on the same wire', async () => {
    const body = `{ "model":"gpt-4o-mini",  "temperature": 0.50, "x_unknown": {"mail": "${MAIL}"},\n "messages": [ {"role":"system","content":"Answer ${MAIL}"}, {"role":"user","content":[{"type":"text","text":"Mail \\u0062ob.builder@example.com now"}]}] }`;
    const reply = await stand.weir.api('POST /v1/chat/completions', body);
    expect(reply.status).toBe(200);
    const sent = stand.lastSent().body as Record<string, unknown>;
    expect(sent).toMatchObject({
      temperature: 0.5,
      x_unknown: { mail: MAIL },
      messages: [
        { role: 'system', content: `Answer ${MAIL}` },
        { role: 'user', content: [{ type: 'text', text: 'Mail [EMAIL] now' }] },
      ],
    });
    expect(reply.headers.get('x-weir-adjusted')).toContain('request=redacted');
    expect(reply.headers.get('x-weir-findings')).toContain('action=redact');
  });

  it('are redacted in the Anthropic, Responses, completions and embeddings wires too', async () => {
    await anthropic.messages.create({
      model: 'claude-3-5-haiku-latest',
      max_tokens: 50,
      messages: userText(`Mail ${MAIL}`),
    });
    expect(JSON.stringify(stand.lastSent().body)).toContain('Mail [EMAIL]');
    await openai.responses.create({ model: 'gpt-4o-mini', input: `Mail ${MAIL}` });
    expect(JSON.stringify(stand.lastSent().body)).toContain('Mail [EMAIL]');
    await openai.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: `Mail ${MAIL}` });
    expect(JSON.stringify(stand.lastSent().body)).toContain('Mail [EMAIL]');
    await openai.embeddings.create({ model: 'text-embedding-3-small', input: ['fine', `Mail ${MAIL}`] });
    expect(JSON.stringify(stand.lastSent().body)).toContain('["fine","Mail [EMAIL]"]');
  });

  it('are redacted in results of tools', async () => {
    await openai.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [
        { role: 'user', content: 'Who wrote?' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'inbox', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: `From ${MAIL}` },
      ],
    });
    expect(JSON.stringify(stand.lastSent().body)).toContain('From [EMAIL]');
  });
});

describe('replies', () => {
  /** Monitored requests let the words through, so that only the reply is redacted. */
  const ask = `${dictate(`Please write to ${MAIL} about it, and then to the others at noon.`)}`;
  let open: Stand;
  let client: OpenAI;
  let claude: Anthropic;
  beforeAll(async () => {
    open = await startStand(`
retry: { max_attempts: 0 }
guardrails:
  pii: { input: off, output: redact }
  custom:
    falcon: { words: [project falcon], mode: block, applies: output }
`);
    client = new OpenAI({ baseURL: `${open.weir.url}/v1`, apiKey: open.key, maxRetries: 0 });
    claude = new Anthropic({ baseURL: open.weir.url, apiKey: open.key, maxRetries: 0 });
  });
  afterAll(() => open.close());
  const redacted = 'Please write to [EMAIL] about it, and then to the others at noon.';

  it('are redacted whole, on the same wire and translated', async () => {
    for (const model of ['gpt-4o-mini', 'anthropic/claude-3-5-haiku-latest']) {
      const reply = await client.chat.completions.create({ model, messages: userText(ask) });
      expect(reply.choices[0]?.message.content).toBe(redacted);
      expect(reply.usage?.total_tokens).toBeGreaterThan(0);
    }
    const message = await claude.messages.create({
      model: 'claude-3-5-haiku-latest',
      max_tokens: 200,
      messages: userText(ask),
    });
    expect(message.content).toMatchObject([{ type: 'text', text: redacted }]);
    const response = await client.responses.create({ model: 'gpt-4o-mini', input: ask });
    expect(response.output_text).toBe(redacted);
  });

  it('are redacted in streams, whatever pieces the provider sends, and the wire stays valid', async () => {
    for (const model of ['gpt-4o-mini', 'anthropic/claude-3-5-haiku-latest']) {
      const stream = client.chat.completions.stream({ model, messages: userText(ask) });
      expect((await stream.finalChatCompletion()).choices[0]?.message.content).toBe(redacted);
    }
    const stream = claude.messages.stream({
      model: 'claude-3-5-haiku-latest',
      max_tokens: 200,
      messages: userText(ask),
    });
    expect((await stream.finalMessage()).content).toMatchObject([{ type: 'text', text: redacted }]);
    const responses = client.responses.stream({ model: 'gpt-4o-mini', input: ask });
    expect((await responses.finalResponse()).output_text).toBe(redacted);
  });

  it('are redacted on the seed APIs, streams with their final reply included', async () => {
    const body = { model: 'gpt-4', messages: userText(ask) };
    const whole = await open.weir.api('POST /api/sampling/request', body);
    expect(whole.json.data.content).toBe(redacted);
    const streamed = await open.weir.api('POST /api/sampling/request', { ...body, stream: true });
    expect(streamed.text).toContain(JSON.stringify(redacted));
    expect(streamed.text).not.toContain('bob.builder');
  });

  it('are redacted in arguments of tools, which stay JSON', async () => {
    const tools = [
      {
        type: 'function' as const,
        function: {
          name: 'send_mail',
          parameters: {
            type: 'object',
            properties: { to: { type: 'string', enum: [MAIL] } },
            required: ['to'],
          },
        },
      },
    ];
    const messages = userText('Use send_mail now');
    const whole = await client.chat.completions.create({ model: 'gpt-4o-mini', messages, tools });
    const argumentsOf = (call: unknown) => JSON.parse((call as { function: { arguments: string } }).function.arguments);
    expect(argumentsOf(whole.choices[0]?.message.tool_calls?.[0])).toMatchObject({ to: '[EMAIL]' });
    const stream = client.chat.completions.stream({ model: 'gpt-4o-mini', messages, tools });
    const streamed = await stream.finalChatCompletion();
    expect(argumentsOf(streamed.choices[0]?.message.tool_calls?.[0])).toMatchObject({ to: '[EMAIL]' });
    const message = await claude.messages.create({
      model: 'claude-3-5-haiku-latest',
      max_tokens: 200,
      messages,
      tools: [{ name: 'send_mail', input_schema: tools[0]?.function.parameters as Anthropic.Tool.InputSchema }],
    });
    expect(message.content).toContainEqual(expect.objectContaining({ type: 'tool_use', input: { to: '[EMAIL]' } }));
  });

  it('that must be blocked are an error, and a stream in which it shows ends with one', async () => {
    const blocked = dictate('All of this belongs to Project Falcon and to nobody else.');
    const whole = await client.chat.completions
      .create({ model: 'gpt-4o-mini', messages: userText(blocked) })
      .catch((error) => error);
    expect(whole).toMatchObject({ status: 400, code: 'guard.blocked' });
    const long = dictate(`${'These words are fine. '.repeat(60)}And then Project Falcon. ${'More words. '.repeat(60)}`);
    const { text } = await open.weir.api('POST /v1/chat/completions', {
      model: 'gpt-4o-mini',
      stream: true,
      messages: userText(long),
    });
    expect(text).toContain('These words are fine');
    expect(text.toLowerCase()).not.toContain('falcon.');
    expect(text).toContain('guard.blocked');
    expect(text).not.toContain('[DONE]');
  });
});
