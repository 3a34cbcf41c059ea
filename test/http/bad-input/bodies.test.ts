import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ComposedWeir, composeWeir } from '../security/composed-weir.ts';
import { POSTS, type Post } from './posts.ts';
import { expectRefusal, PRIVATE_TEXT, type Refusal } from './refused.ts';

let weir: ComposedWeir;

beforeAll(async () => {
  weir = await composeWeir();
});

afterAll(() => weir.close());

/** Whatever was sent: no provider saw it, and the server still answers. */
afterEach(async () => {
  expect(weir.upstream.requests.splice(0)).toEqual([]);
  expect((await fetch(`${weir.url}/livez`)).status).toBe(200);
});

function post(path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(weir.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${weir.adminKey}`, 'content-type': 'application/json', ...headers },
    body: new Uint8Array(Buffer.from(body)),
  });
}

interface BadBody {
  readonly name: string;
  readonly body: string | Buffer;
  readonly refusal?: Refusal;
  readonly headers?: Readonly<Record<string, string>>;
}

const WRONG_BODY: Refusal = { status: 400, param: 'body', code: 'request.invalid' };

function badBodies(good: Post['good']): BadBody[] {
  const json = JSON.stringify({ ...good, note: PRIVATE_TEXT });
  const [first = ''] = Object.keys(good);
  return [
    { name: 'broken JSON', body: json.slice(0, -1) },
    { name: 'no JSON', body: `${PRIVATE_TEXT}=1` },
    { name: 'a JSON array', body: `[${json}]` },
    { name: 'a JSON number', body: '7' },
    { name: 'a JSON text', body: `"${PRIVATE_TEXT}"` },
    { name: 'null', body: 'null' },
    { name: 'spaces', body: ' \n ' },
    { name: 'two JSON values', body: json + json },
    { name: 'NaN', body: `{"n":NaN,"p":"${PRIVATE_TEXT}"}` },
    { name: 'a byte order mark', body: `\ufeff${json}` },
    { name: 'a raw control character in a text', body: `{"n":"\u0001${PRIVATE_TEXT}"}` },
    { name: 'invalid UTF-8', body: Buffer.concat([Buffer.from(json.slice(0, -2)), Buffer.from([0xff, 0x22, 0x7d])]) },
    { name: 'half a surrogate as bytes', body: Buffer.from(`{"n":"\xed\xa0\x80"}`, 'latin1') },
    { name: 'UTF-16', body: Buffer.from(json, 'utf16le') },
    { name: 'nesting 100,000 deep', body: `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}` },
    { name: 'nesting 100,000 deep without an end', body: '{"a":'.repeat(100_000) },
    { name: '200,000 keys', body: `{${Array.from({ length: 200_000 }, (_, at) => `"k${at}":1`).join(',')}}` },
    {
      name: 'another content type',
      body: 'model=gpt-4o',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    {
      name: 'a key that occurs twice',
      body: json.replace('{', `{"${first}":"${PRIVATE_TEXT}",`),
      refusal: { ...WRONG_BODY, param: first },
    },
    {
      name: 'a compressed body',
      body: gzipSync(json),
      headers: { 'content-encoding': 'gzip' },
      refusal: { status: 415, param: 'content-encoding', code: 'request.invalid' },
    },
  ];
}

describe.each(POSTS)('$path', ({ path, shape, good, wrong, isCall }) => {
  test.each(badBodies(good))('refuses $name', async ({ body, refusal = WRONG_BODY, headers }) => {
    await expectRefusal(await post(path, body, headers), { shape, refusal, isCall, weir });
  });

  test('refuses an empty body, naming what is missing', async () => {
    const refusal = isCall ? WRONG_BODY : { status: 400 };
    await expectRefusal(await post(path, ''), { shape, refusal, isCall, weir });
  });

  test('repeats no long name of an unknown or doubled field', async () => {
    const long = 'k'.repeat(50_000);
    const body = JSON.stringify({ ...good, [long]: 1 });
    const doubled = body.replace('{', `{"${long}":2,`);
    await expectRefusal(await post(path, doubled), { shape, refusal: { status: 400 }, isCall, weir });
    if (shape !== 'weir') return;
    await expectRefusal(await post(path, body), { shape, refusal: { status: 400 }, isCall, weir });
  });

  test.each(wrong.map((each) => ({ ...each, shown: JSON.stringify(each.change).slice(0, 60) })))(
    'refuses $shown, naming $param',
    async ({ change, param, status = 400 }) => {
      const body = JSON.stringify({ ...good, ...change });
      await expectRefusal(await post(path, body), { shape, refusal: { status, param }, isCall, weir });
    },
  );
});
