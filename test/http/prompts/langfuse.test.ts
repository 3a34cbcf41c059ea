import { LangfuseClient } from '@langfuse/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EvaluationStand } from '../evaluations/stand.ts';

let stand: EvaluationStand;
let secretKey: string;
const at = (path: string) => `${stand.weir.url}/api/public/v2/prompts/${path}`;
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

beforeAll(async () => {
  stand = await EvaluationStand.open();
  secretKey = (await stand.weir.key({ role: 'viewer' })).key;
  await stand.make('POST /api/v1/prompts', { name: 'lf/text', template: 'Hello {{ who }}', labels: ['production'] });
  await stand.make('POST /api/v1/prompts', {
    name: 'lf/chat',
    messages: [
      { role: 'system', content: 'Speak {{language}}.' },
      { role: 'user', content: '{{ topic }}' },
    ],
    model_config: { model: 'gpt-4o-mini', temperature: 0.5 },
  });
});
afterAll(() => stand.close());

test("Langfuse's client reads text and chat prompts, by version and label", async () => {
  const langfuse = new LangfuseClient({ publicKey: 'pk', secretKey, baseUrl: stand.weir.url });
  const text = await langfuse.prompt.get('lf/text', { type: 'text', cacheTtlSeconds: 0 });
  expect(text.compile({ who: 'Ada' })).toBe('Hello Ada');
  expect([text.version, text.labels]).toEqual([1, ['production', 'latest']]);
  const chat = await langfuse.prompt.get('lf/chat', { type: 'chat', label: 'latest', cacheTtlSeconds: 0 });
  expect(chat.compile({ language: 'Latin', topic: 'Weirs' })).toEqual([
    { role: 'system', content: 'Speak Latin.' },
    { role: 'user', content: 'Weirs' },
  ]);
  expect(chat.config).toEqual({ model: 'gpt-4o-mini', temperature: 0.5 });
  const byVersion = await langfuse.prompt.get('lf/chat', { type: 'chat', version: 1, cacheTtlSeconds: 0 });
  expect(byVersion.version).toBe(1);
});

test('takes the key as password or bearer, there only, and answers 304 to who has it', async () => {
  const path = encodeURIComponent('lf/text');
  const read = (headers: Record<string, string>) => fetch(at(path), { headers });
  const first = await read({ authorization: basic('anything', secretKey) });
  expect(first.status).toBe(200);
  expect((await read({ authorization: `Bearer ${secretKey}` })).status).toBe(200);
  expect((await read({ authorization: basic(secretKey, 'wrong') })).status).toBe(401);
  expect((await read({ authorization: basic('anything', '') })).status).toBe(401);
  expect((await read({ authorization: 'Basic !!!' })).status).toBe(401);
  const known = { authorization: basic('anything', secretKey), 'if-none-match': first.headers.get('etag') ?? '' };
  expect((await read(known)).status).toBe(304);
  const elsewhere = await fetch(`${stand.weir.url}/api/v1/prompts`, {
    headers: { authorization: known.authorization },
  });
  expect(elsewhere.status).toBe(401);
});

test('shows nothing of another project', async () => {
  const project = await stand.make('POST /api/v1/projects', { name: 'foreign' });
  const { key } = await stand.weir.key({ role: 'viewer', project_id: project.id });
  const reply = await fetch(at(encodeURIComponent('lf/text')), { headers: { authorization: basic('pk', key) } });
  expect(reply.status).toBe(404);
});
