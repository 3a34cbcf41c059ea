import Anthropic from '@anthropic-ai/sdk';
import { jsonSchemaOutputFormat } from '@anthropic-ai/sdk/helpers/json-schema';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { startValidationStand, type ValidationStand } from './scripted-provider.ts';

let stand: ValidationStand;
let openai: OpenAI;
let anthropic: Anthropic;
beforeAll(async () => {
  stand = await startValidationStand();
  openai = new OpenAI({ baseURL: `${stand.weir.url}/v1`, apiKey: stand.key, maxRetries: 0 });
  anthropic = new Anthropic({ baseURL: stand.weir.url, apiKey: stand.key, maxRetries: 0 });
});
afterAll(() => stand.close());

const SCHEMA = {
  type: 'object',
  properties: { name: { type: 'string' }, n: { type: 'integer' } },
  required: ['name', 'n'],
  additionalProperties: false,
} as const;
const PERSON = { name: 'Ada', n: 36 };
const TURN = { role: 'user', content: 'Who?' } as const;
const FORMAT = { type: 'json_schema', json_schema: { name: 'person', strict: true, schema: SCHEMA } } as const;

/** What models really say; every one of them breaks a client's parser. */
const SAID: readonly (readonly string[])[] = [
  ['```json\n{"name":"Ada","n":36}\n```'],
  ["Here you are: {'name': 'Ada', 'n': 36,}"],
  ['{"name":"Ada"}', '{"name":"Ada","n":36}'],
];

describe.each(SAID)(`${requirement('B1')}: official clients parse what was %j`, (...lines) => {
  it('OpenAI, chat completions', async () => {
    stand.provider.says(...lines);
    const reply = await openai.chat.completions.parse({
      model: 'openai/gpt-4o-mini',
      messages: [TURN],
      response_format: FORMAT,
    });
    expect(JSON.parse(reply.choices[0]?.message.content ?? '')).toEqual(PERSON);
  });

  it('OpenAI, chat completions streamed', async () => {
    stand.provider.says(...lines);
    const stream = openai.chat.completions.stream({
      model: 'openai/gpt-4o-mini',
      messages: [TURN],
      response_format: FORMAT,
      stream_options: { include_usage: true },
    });
    const reply = await stream.finalChatCompletion();
    expect(JSON.parse(reply.choices[0]?.message.content ?? '')).toEqual(PERSON);
    expect(reply.usage?.total_tokens).toBe(30);
  });

  it('OpenAI, responses, whole and streamed, on another provider too', async () => {
    for (const model of ['openai/gpt-4o-mini', 'anthropic/claude-haiku-4-5']) {
      const asked = {
        model,
        input: 'Who?',
        text: { format: { type: 'json_schema', name: 'person', strict: true, schema: SCHEMA } },
      } as const;
      stand.provider.says(...lines);
      expect(JSON.parse((await openai.responses.parse(asked)).output_text)).toEqual(PERSON);
      stand.provider.says(...lines);
      expect(JSON.parse((await openai.responses.stream(asked).finalResponse()).output_text)).toEqual(PERSON);
    }
  });

  it('Anthropic, messages, whole and streamed, on another provider too', async () => {
    for (const model of ['anthropic/claude-haiku-4-5', 'openai/gpt-4o-mini']) {
      const asked = {
        model,
        max_tokens: 100,
        messages: [TURN],
        output_config: { format: jsonSchemaOutputFormat(SCHEMA) },
      };
      stand.provider.says(...lines);
      expect((await anthropic.messages.parse(asked)).parsed_output).toEqual(PERSON);
      stand.provider.says(...lines);
      expect((await anthropic.messages.stream(asked).finalMessage()).parsed_output).toEqual(PERSON);
    }
  });
});

describe(`${requirement('B1')}: official clients of a hopeless reply`, () => {
  it('get an error of their own kind with the problems in it', async () => {
    stand.provider.says('no json');
    const asked = { model: 'openai/gpt-4o-mini', messages: [TURN], response_format: FORMAT };
    const failure = await openai.chat.completions.parse(asked).catch((error) => error);
    expect(failure).toBeInstanceOf(OpenAI.APIError);
    expect(failure).toMatchObject({ status: 502, code: 'reply.invalid' });
    expect(failure.error.details.errors[0]).toMatchObject({ error_type: 'syntax', recoverable: true });
    const message = { model: 'anthropic/claude-haiku-4-5', max_tokens: 100, messages: [TURN] };
    const format = { output_config: { format: jsonSchemaOutputFormat(SCHEMA) } };
    const other = await anthropic.messages.parse({ ...message, ...format }).catch((error) => error);
    expect(other).toBeInstanceOf(Anthropic.APIError);
    expect(other.status).toBe(502);
  });
});
