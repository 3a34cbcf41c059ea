import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { startValidationStand, type ValidationStand } from './scripted-provider.ts';

let stand: ValidationStand;
beforeAll(async () => {
  stand = await startValidationStand(`
routes:
  pair: { targets: [openai/gpt-4o-mini, anthropic/claude-haiku-4-5] }
  never: { targets: [openai/gpt-4o-mini] }
  watched: { targets: [openai/gpt-4o-mini] }
  through: { targets: [openai/gpt-4o-mini] }
  unchecked: { targets: [openai/gpt-4o-mini] }
validation:
  routes:
    never: { default: { name: nobody, n: 0 } }
    watched: { mode: check }
    through: { stream: check }
    unchecked: { mode: off }
`);
});
afterAll(() => stand.close());

const SCHEMA = {
  type: 'object',
  properties: { name: { type: 'string' }, n: { type: 'integer', minimum: 0 } },
  required: ['name', 'n'],
  additionalProperties: false,
};
const GOOD = '{"name": "a",  "n": 3}';
const WRONG = '{"name":"a","n":-1}';
const PROMPT = 'Who is it?';

interface Wire {
  readonly wire: string;
  readonly path: string;
  readonly body: (of: { model: string; stream: boolean }) => Record<string, unknown>;
  /** The text of a whole reply, and of a stream. */
  // biome-ignore lint/suspicious/noExplicitAny: replies of three shapes
  readonly textOf: (json: any) => string;
  // biome-ignore lint/suspicious/noExplicitAny: events of three shapes
  readonly deltaOf: (event: any) => string | undefined;
  readonly terminator: string;
  /** The turns of a request. */
  // biome-ignore lint/suspicious/noExplicitAny: requests of three shapes
  readonly turnsOf: (json: any) => any[];
  readonly model: string;
}

const WIRES: readonly Wire[] = [
  {
    wire: 'openai-chat',
    path: '/v1/chat/completions',
    model: 'openai/gpt-4o-mini',
    body: ({ model, stream }) => ({
      model,
      stream,
      messages: [{ role: 'user', content: PROMPT }],
      response_format: { type: 'json_schema', json_schema: { name: 'person', schema: SCHEMA } },
      seed: 7,
    }),
    textOf: (json) => json.choices[0].message.content,
    deltaOf: (event) => event.choices?.[0]?.delta?.content,
    terminator: 'data: [DONE]',
    turnsOf: (json) => json.messages,
  },
  {
    wire: 'openai-responses',
    path: '/v1/responses',
    model: 'openai/gpt-4o-mini',
    body: ({ model, stream }) => ({
      model,
      stream,
      store: false,
      input: PROMPT,
      text: { format: { type: 'json_schema', name: 'person', schema: SCHEMA, strict: true } },
    }),
    textOf: (json) => json.output[0].content[0].text,
    deltaOf: (event) => (event.type === 'response.output_text.delta' ? event.delta : undefined),
    terminator: 'event: response.completed',
    turnsOf: (json) => json.input,
  },
  {
    wire: 'anthropic-messages',
    path: '/v1/messages',
    model: 'anthropic/claude-haiku-4-5',
    body: ({ model, stream }) => ({
      model,
      stream,
      max_tokens: 100,
      messages: [{ role: 'user', content: PROMPT }],
      output_config: { format: { type: 'json_schema', schema: SCHEMA } },
    }),
    textOf: (json) => json.content.findLast((block: { type: string }) => block.type === 'text').text,
    deltaOf: (event) => (event.type === 'content_block_delta' ? event.delta.text : undefined),
    terminator: 'event: message_stop',
    turnsOf: (json) => json.messages,
  },
];

function streamText(wire: Wire, text: string): string {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => wire.deltaOf(JSON.parse(line.slice(6))) ?? '')
    .join('');
}

describe.each(WIRES)('on the $wire wire', (wire) => {
  const ask = (of: { model?: string; stream?: boolean } = {}) =>
    stand.post(wire.path, wire.body({ model: wire.model, stream: false, ...of }));

  describe(requirement('B1'), () => {
    it('a valid reply keeps every byte', async () => {
      stand.provider.says(GOOD);
      const { status, text, headers } = await ask();
      expect(status).toBe(200);
      expect(text).toContain(JSON.stringify(GOOD).slice(1, -1));
      expect(headers.get('x-weir-validated')).toBe('valid');
      expect(stand.provider.requests.length).toBe(1);
      if (wire.wire !== 'openai-responses') expect(text).toContain('"x_odd" : {"n":1.0,"big":12345678901234567890}');
    });

    it('a valid stream keeps every byte', async () => {
      stand.provider.says(GOOD);
      const { status, text, headers } = await ask({ stream: true });
      expect(status).toBe(200);
      expect(streamText(wire, text)).toBe(GOOD);
      expect(text).toContain(wire.terminator);
      expect(headers.get('x-weir-validated')).toBe('valid');
      expect(headers.get('x-weir-attempts')).toBe('1');
      if (wire.wire !== 'openai-responses') expect(text).toContain('"x_odd" : {"n":1.0,"big":12345678901234567890}');
    });

    it('an invalid reply that no more asks are left for is an error that lists what is wrong', async () => {
      stand.provider.says(WRONG);
      const { status, json, headers } = await ask();
      expect(status).toBe(502);
      expect(headers.get('x-weir-validated')).toBe('invalid');
      expect(JSON.stringify(json)).toContain('/n must be >= 0');
      expect(JSON.stringify(json)).not.toContain('-1');
      if (wire.wire.startsWith('openai')) {
        expect(json.error.code).toBe('reply.invalid');
        expect(json.error.details.errors).toEqual([
          { error_type: 'schema', message: 'must be >= 0', path: '/n', recoverable: true },
        ]);
      }
      expect((await stand.lastRecord()).error_code).toBe('reply.invalid');
    });
  });

  describe(requirement('B4'), () => {
    it.each([
      ['repaired', '{"name":"a","n":3,}'],
      ['extracted', 'Sure: ```json\n{"name":"a","n":3}\n``` Bye.'],
    ])(
      'a reply that can be recovered is %s, without paying again, and only its text changes',
      async (outcome, said) => {
        stand.provider.says(said);
        const { status, json, text, headers } = await ask();
        expect(status).toBe(200);
        expect(JSON.parse(wire.textOf(json))).toEqual({ name: 'a', n: 3 });
        expect(headers.get('x-weir-validated')).toBe(outcome);
        expect(stand.provider.requests.length).toBe(1);
        if (wire.wire === 'openai-responses') return;
        expect(text).toContain('"x_odd" : {"n":1.0,"big":12345678901234567890}');
        expect(json.usage).toMatchObject(
          wire.wire === 'openai-chat' ? { total_tokens: 30 } : { input_tokens: 20, output_tokens: 10 },
        );
      },
    );

    it('a stream that can be recovered comes whole and valid', async () => {
      stand.provider.says('{"name":"a","n":3,}');
      const { status, text, headers } = await ask({ stream: true });
      expect(status).toBe(200);
      expect(JSON.parse(streamText(wire, text))).toEqual({ name: 'a', n: 3 });
      expect(text).toContain(wire.terminator);
      expect(headers.get('x-weir-validated')).toBe('repaired');
    });

    it.each([false, true])('wrong content is asked for again with what is wrong (stream: %s)', async (stream) => {
      stand.provider.says(WRONG, GOOD);
      const { status, json, text, headers } = await ask({ stream });
      expect(status).toBe(200);
      expect(stream ? streamText(wire, text) : wire.textOf(json)).toBe(GOOD);
      expect(headers.get('x-weir-validated')).toBe('reasked');
      expect(headers.get('x-weir-attempts')).toBe('2');
      expect(stand.provider.requests.length).toBe(2);
      const [first, said, complaint] = wire.turnsOf(stand.provider.sent(1)).slice(-3);
      expect(JSON.stringify(first)).toContain(PROMPT);
      expect(JSON.stringify(said)).toContain('-1');
      expect(JSON.stringify(complaint)).toContain('/n must be >= 0');
      const record = await stand.lastRecord();
      expect(record.attempts.map(({ reason }: { reason: string }) => reason)).toEqual(['first', 'reask']);
      expect(record.tokens).toMatchObject({ input: 40, output: 20 });
      expect(record).toMatchObject({ success: true, cost_state: 'exact' });
    });

    it('a stream without hope ends as an error before its first byte', async () => {
      stand.provider.says('no json at all');
      const { status, text } = await ask({ stream: true });
      expect(status).toBe(502);
      expect(text).not.toContain(wire.terminator);
    });
  });
});

const [CHAT, RESPONSES, MESSAGES] = WIRES as readonly [Wire, Wire, Wire];
const chat = (of: { model?: string; stream?: boolean } = {}, more: Record<string, unknown> = {}) =>
  stand.post(CHAT.path, { ...CHAT.body({ model: CHAT.model, stream: false, ...of }), ...more });

describe(requirement('B4'), () => {
  it('what was cut off at the output limit is never mended, only asked for again', async () => {
    stand.provider.says({ text: '{"name":"a","n":3', finish: 'length' }, GOOD);
    const { json, headers } = await chat();
    expect(CHAT.textOf(json)).toBe(GOOD);
    expect(headers.get('x-weir-validated')).toBe('reasked');
    expect(JSON.stringify(stand.provider.sent(1).messages)).toContain('cut off');
  });

  it('the ask again keeps what the client sent, fields that nobody knows too', async () => {
    stand.provider.says(WRONG, GOOD);
    expect((await chat({}, { x_unknown: { keep: [1, 2] } })).status).toBe(200);
    const [first, again] = [stand.provider.sent(0), stand.provider.sent(1)];
    expect(again).toEqual({ ...first, messages: [...first.messages, ...again.messages.slice(1)] });
    expect(again.messages.length).toBe(3);
  });

  it('the ask again reserves its own budget and output limit', async () => {
    const key = await stand.weir.key({ budget: { usd: 1, period: 'day' } });
    stand.provider.says(WRONG, GOOD);
    const asked = CHAT.body({ model: CHAT.model, stream: false });
    const { status, headers } = await stand.weir.api(`POST ${CHAT.path}`, asked, { authorization: `Bearer ${key}` });
    expect(status).toBe(200);
    expect(headers.get('x-weir-validated')).toBe('reasked');
    const again = stand.provider.sent(1);
    expect(again.max_tokens ?? again.max_completion_tokens).toBeGreaterThan(0);
    expect(JSON.stringify(again.messages.at(-1))).toContain('/n must be >= 0');
  });

  it('the next target answers when the first one cannot, and the header says why', async () => {
    stand.provider.says('no', 'still no', GOOD);
    const { status, json, headers } = await chat({ model: 'pair' });
    expect(status).toBe(200);
    expect(CHAT.textOf(json)).toBe(GOOD);
    expect(headers.get('x-weir-provider')).toBe('anthropic');
    expect(headers.get('x-weir-fallback')).toBe('openai/gpt-4o-mini: reply.invalid');
    const { attempts } = await stand.lastRecord();
    expect(attempts.map(({ reason }: { reason: string }) => reason)).toEqual(['first', 'reask', 'fallback']);
  });

  it.each([false, true])('the configured default answers when nothing else did (stream: %s)', async (stream) => {
    stand.provider.says('no');
    const { status, json, text, headers } = await chat({ model: 'never', stream });
    expect(status).toBe(200);
    expect(JSON.parse(stream ? streamText(CHAT, text) : CHAT.textOf(json))).toEqual({ name: 'nobody', n: 0 });
    if (stream) expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(headers.get('x-weir-validated')).toBe('default');
    expect(headers.get('x-weir-attempts')).toBe('2');
  });

  it('a default that the schema of the call refuses is no answer', async () => {
    stand.provider.says('no');
    const schema = { type: 'array' };
    const format = { type: 'json_schema', json_schema: { name: 'x', schema } };
    expect((await chat({ model: 'never' }, { response_format: format })).status).toBe(502);
  });

  it('the mode check mends nothing and asks nobody', async () => {
    stand.provider.says('{"name":"a","n":3,}');
    expect((await chat({ model: 'watched' })).status).toBe(502);
    expect(stand.provider.requests.length).toBe(1);
  });

  it('the mode off lets everything pass as it is', async () => {
    stand.provider.says('no json');
    const { json, headers } = await chat({ model: 'unchecked' });
    expect(CHAT.textOf(json)).toBe('no json');
    expect(headers.get('x-weir-validated')).toBeNull();
  });
});

describe('replies that must be JSON', () => {
  it('JSON mode checks the syntax alone', async () => {
    const format = { response_format: { type: 'json_object' } };
    stand.provider.says('{"any": "thing"}');
    expect((await chat({}, format)).headers.get('x-weir-validated')).toBe('valid');
    stand.provider.says('{"any": "thing",}');
    expect((await chat({}, format)).headers.get('x-weir-validated')).toBe('repaired');
  });

  it('calls that ask for nothing are not checked', async () => {
    stand.provider.says('no json');
    const { status, headers } = await chat({}, { response_format: undefined });
    expect(status).toBe(200);
    expect(headers.get('x-weir-validated')).toBeNull();
  });

  it('a schema that cannot be used is refused before anything is sent, naming its field', async () => {
    stand.provider.says(GOOD);
    const remote = { $ref: 'https://example.com/person.json' };
    const cases: [Wire, string, Record<string, unknown>][] = [
      [
        CHAT,
        'response_format.json_schema.schema',
        { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: remote } } },
      ],
      [RESPONSES, 'text.format.schema', { text: { format: { type: 'json_schema', name: 'x', schema: remote } } }],
      [MESSAGES, 'output_config.format.schema', { output_config: { format: { type: 'json_schema', schema: remote } } }],
    ];
    for (const [wire, field, more] of cases) {
      const { status, text } = await stand.post(wire.path, {
        ...wire.body({ model: wire.model, stream: false }),
        ...more,
      });
      expect(status).toBe(400);
      expect(text).toContain(field);
      expect(text).toContain('never fetched');
    }
    expect(stand.provider.requests.length).toBe(0);
  });

  it('an invalid reply says nothing about the health of its provider', async () => {
    stand.provider.says('no');
    for (let at = 0; at < 8; at++) expect((await chat()).status).toBe(502);
    stand.provider.says(GOOD);
    expect((await chat()).status).toBe(200);
  });

  it('with stream: check the text passes at once and the verdict follows as a trailer', async () => {
    stand.provider.says(GOOD);
    const good = await withTrailers(CHAT.body({ model: 'through', stream: true }));
    expect(good.trailers['x-weir-validated']).toBe('valid');
    expect(good.headers.trailer).toBe('x-weir-validated');
    expect(good.text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    stand.provider.says(WRONG);
    const bad = await withTrailers(CHAT.body({ model: 'through', stream: true }));
    expect(bad.trailers['x-weir-validated']).toBe('invalid');
    expect(streamText(CHAT, bad.text)).toBe(WRONG);
    expect(bad.text).toContain('"code":"reply.invalid"');
    expect(bad.text).not.toContain('[DONE]');
  });

  it('a client that leaves while its stream is held stops the provider', async () => {
    const closed = new Promise<void>((resolve) => {
      stand.provider.upstream.answer = (_request, response) => {
        response.on('close', () => resolve());
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(
          'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"{"},"finish_reason":null}]}\n\n',
        );
        leaving.abort();
      };
    });
    const leaving = new AbortController();
    await expect(
      fetch(stand.weir.url + CHAT.path, {
        method: 'POST',
        signal: leaving.signal,
        headers: { authorization: `Bearer ${stand.key}`, 'content-type': 'application/json' },
        body: JSON.stringify(CHAT.body({ model: CHAT.model, stream: true })),
      }),
    ).rejects.toThrow();
    await closed;
  });
});

function withTrailers(body: unknown) {
  return new Promise<{
    text: string;
    headers: NodeJS.Dict<string | string[]>;
    trailers: NodeJS.Dict<string>;
  }>((resolve, reject) => {
    const url = new URL(stand.weir.url + CHAT.path);
    const headers = { authorization: `Bearer ${stand.key}`, 'content-type': 'application/json' };
    const request = httpRequest(url, { method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve({ text, headers: response.headers, trailers: response.trailers }));
    });
    request.on('error', reject);
    request.end(JSON.stringify(body));
  });
}
