import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { startValidationStand, type ValidationStand } from './scripted-provider.ts';

let stand: ValidationStand;
beforeAll(async () => {
  stand = await startValidationStand(`
routes:
  pair: { targets: [openai/gpt-4o-mini, anthropic/claude-haiku-4-5] }
  page: { targets: [openai/gpt-4o-mini] }
sanitize: { routes: { page: strip-active } }
`);
});
afterAll(() => stand.close());

const MODEL = 'openai/gpt-4o-mini';
const PATHS = [
  ['/api/sampling/request', { model: MODEL, messages: [{ role: 'user', content: 'x' }] }],
  ['/api/v1/llm/completion', { model: MODEL, prompt: 'x', use_cache: false }],
  ['/api/v1/llm/chat', { model: MODEL, messages: [{ role: 'user', content: 'x' }], use_cache: false }],
  ['/api/v1/inference', { model: 'gpt-4o-mini', provider: 'openai', inputs: 'x' }],
] as const;

// biome-ignore lint/suspicious/noExplicitAny: replies of three shapes
const contentOf = (json: any): string => json.data?.content ?? json.content ?? json.output;

/** The pieces of a stream, and its last event. */
function eventsOf(text: string) {
  const events = text
    .trimEnd()
    .split('\n\n')
    .map((event) => {
      const [name = '', data = ''] = event.split('\n');
      return { name: name.slice(7), data: JSON.parse(data.slice(6)) };
    });
  const said = events.map(({ name, data }) => (name === 'delta' ? data.content : '')).join('');
  return { said, last: events.at(-1) };
}

describe.each(PATHS)('%s', (path, body) => {
  describe(requirement('B3'), () => {
    it('refuses a reply that is too long, and pays for it', async () => {
      stand.provider.says('y'.repeat(50_001));
      const { status, json } = await stand.post(path, body);
      expect(status).toBe(502);
      expect(json.error).toMatchObject({
        code: 'reply.invalid',
        details: { limit: 50_000, errors: [{ error_type: 'size', recoverable: false }] },
      });
      const record = await stand.lastRecord();
      expect(record).toMatchObject({ success: false, error_code: 'reply.invalid', cost_state: 'exact' });
      expect(record.tokens).toMatchObject({ input: 20, output: 10 });
      expect(stand.provider.requests.length).toBe(1);
    });

    it('ends a stream that becomes too long with an error, never cleanly', async () => {
      stand.provider.says('y'.repeat(60_000));
      const { text } = await stand.post(path, { ...body, stream: true });
      const { said, last } = eventsOf(text);
      expect(said.length).toBeLessThanOrEqual(50_000);
      expect(last?.name).toBe('error');
      expect(last?.data.error.code).toBe('reply.invalid');
    });

    it('takes a reply of exactly the limit', async () => {
      stand.provider.says('y'.repeat(50_000));
      const { json } = await stand.post(path, body);
      expect(contentOf(json).length).toBe(50_000);
    });
  });

  describe(requirement('B2'), () => {
    const JSON_REPLY = '{"html":"<b>ok</b><script>steal()</script>","url":"javascript:steal()","n":1}';
    const CLEAN = { html: '<b>ok</b>', url: 'unsafe:steal()', n: 1 };

    it.each([false, true])('sanitises JSON that nobody asked for (stream: %s)', async (stream) => {
      stand.provider.says(JSON_REPLY);
      const { json, text, headers } = await stand.post(path, stream ? { ...body, stream } : body);
      const content = stream ? eventsOf(text).said : contentOf(json);
      expect(JSON.parse(content)).toEqual(CLEAN);
      expect(headers.get('x-weir-adjusted')).toContain('reply=sanitized');
      if (stream) expect(eventsOf(text).last?.name).toBe('done');
    });

    it.each([false, true])('leaves code in plain text alone (stream: %s)', async (stream) => {
      const code = 'Use `<script>alert(1)</script>` and `if (a < b && c > d)`, see <https://example.com>.';
      stand.provider.says(code);
      const { json, text, headers } = await stand.post(path, stream ? { ...body, stream } : body);
      expect(stream ? eventsOf(text).said : contentOf(json)).toBe(code);
      expect(headers.get('x-weir-adjusted')).toBeNull();
    });

    it.each([false, true])('takes control characters out of every text (stream: %s)', async (stream) => {
      stand.provider.says('a\0b\x1b[31mc\td\n');
      const { json, text } = await stand.post(path, stream ? { ...body, stream } : body);
      expect(stream ? eventsOf(text).said : contentOf(json)).toBe('ab[31mc\td\n');
    });
  });
});

describe(requirement('B2'), () => {
  it('a route can have every reply sanitised, on the wires of the providers too', async () => {
    stand.provider.says('Look: <img src=x onerror=steal()> [here](javascript:steal())');
    const asked = { model: 'page', messages: [{ role: 'user', content: 'x' }] };
    const whole = await stand.post('/v1/chat/completions', asked);
    expect(whole.json.choices[0].message.content).toBe('Look: <img src="x"> [here](unsafe:steal())');
    const { text } = await stand.post('/v1/chat/completions', { ...asked, stream: true });
    expect(text).toContain('unsafe:steal()');
    expect(text).not.toContain('onerror');
    expect(text).toContain('[DONE]');
  });

  it('a reply whose content is no text is the error of the provider, not of the client', async () => {
    stand.provider.says(7 as unknown as string);
    const { status, json } = await stand.post(...PATHS[1]);
    expect(status).toBe(502);
    expect(json.error.code).toBe('upstream.bad_reply');
  });
});

it('a reply that is too long lets the next target try, and its own length counts alone', async () => {
  stand.provider.says('y'.repeat(50_001), 'z'.repeat(40_000));
  const { status, json } = await stand.post('/api/v1/llm/completion', { ...PATHS[1][1], model: 'pair' });
  expect(status).toBe(200);
  expect(json.provider).toBe('anthropic');
  expect(json.content.length).toBe(40_000);
});

it('a call of a seed API that asks for a schema is asked again too', async () => {
  const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
  const config = { response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } };
  stand.provider.says('{"n":"one"}', '{"n":1}');
  const { json, headers } = await stand.post('/api/v1/inference', { ...PATHS[3][1], config });
  expect(json.output).toBe('{"n":1}');
  expect(headers.get('x-weir-validated')).toBe('reasked');
  expect(JSON.stringify(stand.provider.sent(1).messages)).toContain('/n must be integer');
});

describe(requirement('B15'), () => {
  const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
  const text = { format: { type: 'json_schema', name: 'x', schema } };
  const ask = (more: object) =>
    stand.post('/v1/responses', { model: 'anthropic/claude-haiku-4-5', input: 'x', text, ...more });

  it('a response that is not valid is not kept, and what was mended is kept as it was mended', async () => {
    stand.provider.says('no json');
    expect((await ask({})).status).toBe(502);
    stand.provider.says('```json\n{"n":1}\n```');
    const { status, json } = await ask({});
    expect(status).toBe(200);
    const kept = await stand.weir.api(`GET /v1/responses/${json.id}`, undefined, {
      authorization: `Bearer ${stand.key}`,
    });
    const message = kept.json.output.find((item: { type: string }) => item.type === 'message');
    expect(message.content[0].text).toBe('{"n":1}');
  });

  it('the next turn goes on from the valid reply, not from the one that was asked for again', async () => {
    stand.provider.says('{"n":"wrong"}', '{"n":2}');
    const first = await ask({ input: 'first question' });
    expect(first.headers.get('x-weir-validated')).toBe('reasked');
    stand.provider.says('{"n":3}');
    await ask({ input: 'next', previous_response_id: first.json.id });
    const sent = JSON.stringify(stand.provider.sent(0).messages);
    expect(sent).toContain('first question');
    expect(sent).toContain('{\\"n\\":2}');
    expect(sent).not.toContain('wrong');
    expect(sent).not.toContain('cannot be used');
  });

  it('a streamed response is kept only when it was valid', async () => {
    stand.provider.says('{"n":1,}');
    const { text: stream } = await ask({ stream: true });
    const id = /"id":"(resp_[^"]+)"/.exec(stream)?.[1];
    const kept = await stand.weir.api(`GET /v1/responses/${id}`, undefined, { authorization: `Bearer ${stand.key}` });
    expect(JSON.parse(kept.json.output[0].content[0].text)).toEqual({ n: 1 });
  });
});

describe(requirement('B1'), () => {
  const validate = async (body: object) => (await stand.post('/api/v1/validate', body)).json;
  const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 0 } }, required: ['n'] };

  it('POST /api/v1/validate says valid, and gives the JSON value sanitised', async () => {
    expect(await validate({ response: '{"n":1,"h":"<script>x</script>hi"}', schema })).toEqual({
      is_valid: true,
      sanitized_content: { n: 1, h: 'hi' },
      errors: [],
    });
    expect(await validate({ response: 'plain <b>', expected_format: 'text' })).toEqual({
      is_valid: true,
      sanitized_content: 'plain <b>',
      errors: [],
    });
    expect((await validate({ response: { n: 2 }, schema })).sanitized_content).toEqual({ n: 2 });
  });

  it('says what is wrong, and what could be recovered', async () => {
    expect(await validate({ response: "{'n': 1,}", schema })).toEqual({
      is_valid: false,
      sanitized_content: { n: 1 },
      errors: [{ error_type: 'syntax', message: expect.stringContaining('JSON'), path: '', recoverable: true }],
    });
    expect(await validate({ response: '{"n":-1}', schema })).toEqual({
      is_valid: false,
      sanitized_content: null,
      errors: [{ error_type: 'schema', message: 'must be >= 0', path: '/n', recoverable: true }],
    });
  });

  it('says what cannot be recovered: size, and schemas that cannot be used', async () => {
    const size = await validate({ response: 'x'.repeat(50_001) });
    expect(size.errors).toMatchObject([{ error_type: 'size', recoverable: false }]);
    const lookahead = await validate({ response: '"x"', schema: { pattern: '^(?=x)' } });
    expect(lookahead).toMatchObject({
      is_valid: false,
      errors: [{ error_type: 'schema_invalid', recoverable: false }],
    });
    const remote = await validate({ response: '{}', schema: { $ref: 'http://169.254.169.254/latest' } });
    expect(remote.errors).toMatchObject([{ error_type: 'schema_invalid', recoverable: false }]);
  });

  it('gives back in time whatever a schema or a response tries', async () => {
    const $defs: Record<string, unknown> = { d0: { type: 'integer' } };
    for (let at = 1; at < 40; at++)
      $defs[`d${at}`] = { allOf: [{ $ref: `#/$defs/d${at - 1}` }, { $ref: `#/$defs/d${at - 1}` }] };
    const bomb = validate({ response: '1', schema: { $defs, $ref: '#/$defs/d39' } });
    const live = await stand.weir.api('GET /livez');
    expect(live.status).toBe(200);
    expect((await bomb).errors).toMatchObject([{ error_type: 'unchecked', recoverable: false }]);
    const redos = await validate({ response: JSON.stringify(`${'a'.repeat(5000)}!`), schema: { pattern: '^(a+)+$' } });
    expect(redos.errors[0].error_type).toBe('schema');
    const deep = await validate({ response: '['.repeat(20_000), expected_format: 'json' });
    expect(deep.errors[0].error_type).toBe('syntax');
    const proto = await validate({ response: '{"__proto__":{"x":1},"n":1}', schema });
    expect(proto.sanitized_content).toEqual({ n: 1 });
  });
});
