import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RouteSpec } from '../../../server/src/http/route.ts';
import { type ComposedWeir, composeWeir } from './composed-weir.ts';

let weir: ComposedWeir;
/** Ids of things that project A made, by the path that takes them. */
const ids: Record<string, string> = {};
let stranger = '';

/** Names that belong to the whole server or are labels inside the asker's own project; there is nothing foreign about them. */
const NO_OBJECTS = [
  /\/models\/\*$/,
  /^\/api\/sampling\/providers\/:provider/,
  /^\/api\/v1\/llm\/usage\/:user_id$/,
  /^\/api\/v1\/users\/:id(?:\/content)?$/,
];
const SERVER_WIDE = [/^\/api\/v1\/routes\/:name$/];

/** Never asked: nothing is there. */
const CONFIG = 'mcp: { servers: { server-of-a: { url: "http://127.0.0.1:1/mcp", projects: [a] } } }';
const APPROVAL = { name: 'workflow-of-a', steps: [{ name: 'ask', type: 'approval', config: { message: 'Yes?' } }] };

beforeAll(async () => {
  weir = await composeWeir({ config: CONFIG });
  const key = async (project: string) => {
    const created = await ask('admin', 'POST /api/v1/projects', { name: project });
    const { id } = JSON.parse(created.text);
    ids.projects ??= id;
    return weir.key({ role: 'operator', project_id: id });
  };
  const owner = await key('a');
  stranger = (await key('b')).key;
  const answer = weir.upstream.answer;
  weir.upstream.answer = ({ path }, response) => {
    const kind = path.startsWith('/v1/files') ? 'file' : 'batch';
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ id: `${kind}-of-a`, object: kind, purpose: 'batch' }));
  };
  const made = [
    await ask(owner.key, 'POST /v1/files', 'purpose=batch'),
    await ask(owner.key, 'POST /v1/batches', { input_file_id: 'file-of-a', endpoint: '/v1/chat/completions' }),
  ];
  weir.upstream.answer = answer;
  await ask(owner.key, `PUT /api/v1/projects/${ids.projects}/policy`, { capture: { content: 'full' } });
  const response = await ask(owner.key, 'POST /v1/responses', { model: 'gpt-4o-mini', input: 'hi' });
  const credential = await ask(owner.key, 'POST /api/v1/credentials', { provider: 'openai', secret: 'sk-of-a' });
  const service = await ask(owner.key, 'POST /api/v1/services', { name: 'service-of-a' });
  const dataset = await ask(owner.key, 'POST /api/v1/datasets', { name: 'of-a', items: [{ input: 'x' }] });
  const evaluator = await ask(owner.key, 'POST /api/v1/evaluators', { name: 'of-a', type: 'exact' });
  ids.datasets = JSON.parse(dataset.text).id;
  const evalRun = await ask(owner.key, 'POST /api/v1/eval-runs', {
    dataset: ids.datasets,
    candidate: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: '{{ input }}' }] },
  });
  ids['eval-runs'] = JSON.parse(evalRun.text).id;
  // Its calls come by themselves, and are no answer to what is asked below.
  const state = async () => JSON.parse((await ask(owner.key, `GET /api/v1/eval-runs/${ids['eval-runs']}`)).text).status;
  await vi.waitUntil(async () => (await state()) !== 'running', { timeout: 10_000 });
  ids.evaluators = 'of-a';
  const prompt = await ask(owner.key, 'POST /api/v1/prompts', { name: 'of-a', template: 'Hi.', labels: ['live'] });
  ids.prompts = 'of-a';
  const conversation = await ask(owner.key, 'POST /api/v1/conversations', { title: 'of a' });
  const statuses = [...made, response, credential, service, conversation, dataset, evaluator, evalRun, prompt].map(
    ({ status }) => status,
  );
  expect(statuses).toEqual([200, 200, 200, ...Array(7).fill(201)]);
  ids.workflows = JSON.parse((await ask(owner.key, 'POST /api/workflows', APPROVAL)).text).id;
  const run = await ask(owner.key, `POST /api/workflows/${ids.workflows}/execute?wait=30`, {});
  ids.executions = JSON.parse(run.text).id;
  ids.inbox = JSON.parse((await ask(owner.key, 'GET /api/v1/inbox')).text).data[0].id;
  ids.servers = 'server-of-a';
  ids.records = JSON.parse((await ask(owner.key, 'GET /api/v1/usage/records?limit=1')).text).data[0].request_id;
  ids.services = 'service-of-a';
  ids.policies = 'service-of-a';
  ids.files = 'file-of-a';
  ids.batches = 'batch-of-a';
  ids.responses = JSON.parse(response.text).id;
  ids.credentials = JSON.parse(credential.text).id;
  ids.keys = owner.id;
  ids.conversations = JSON.parse(conversation.text).id;
});
afterAll(() => weir.close());

/** `ask(key, 'GET /v1/models')`; the key may be `admin`. */
async function ask(key: string, line: string, body?: unknown) {
  const [method = '', path = ''] = line.split(' ');
  const response = await fetch(weir.url + path, {
    method,
    headers: { authorization: `Bearer ${key === 'admin' ? weir.adminKey : key}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const id = response.headers.get('x-request-id') ?? '';
  // The text is compared without its timestamp, whose length is another when it falls on a whole second.
  const differing = /date|request-id|overhead|content-length/;
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !differing.test(name)));
  return { status: response.status, headers, text: text.replaceAll(id, 'ID').replace(/"timestamp":"[^"]*"/, '') };
}

/** Pages of the dashboard are the same for everybody: what they show they ask the API for. */
function takesId({ path, tag }: RouteSpec): boolean {
  if (tag === 'Dashboard') return false;
  return /[:*]/.test(path) && ![...NO_OBJECTS, ...SERVER_WIDE].some((known) => known.test(path));
}

describe('an id of another project', () => {
  test('is answered, on every route that takes one, exactly like an id that does not exist, and asks no provider', async () => {
    const content = `GET /api/v1/usage/records/${ids.records}/content`;
    await expect.poll(async () => (await ask('admin', content)).status).toBe(200);
    const routes = weir.app.routes.filter(takesId);
    expect(routes.length).toBeGreaterThan(30);
    weir.upstream.requests.length = 0;
    for (const route of routes) {
      const kind = /([a-z-]+)\/[:*]/.exec(route.path)?.[1] ?? '';
      const existing = ids[kind];
      expect(existing, `${route.method} ${route.path}: make one of these in project A above`).toBeDefined();
      const at = (id: string) => route.path.replace(/:\w+|\*/, id);
      const body = route.method === 'GET' || route.method === 'DELETE' ? undefined : {};
      // What was asked for may be named again: whoever asks knows it.
      const asked = async (id: string) => {
        const reply = await ask(stranger, `${route.method} ${at(id)}`, body);
        return { ...reply, text: reply.text.replaceAll(id, 'ASKED') };
      };
      const foreign = await asked(existing ?? '');
      const missing = await asked('nobody-has-this');
      expect([route.method, route.path, foreign.status]).toEqual([route.method, route.path, 404]);
      expect(foreign).toEqual(missing);
    }
    expect(weir.upstream.requests).toEqual([]);
  });

  test('is in no list, and is no reference in a request either', async () => {
    const lists = ['/v1/files', '/v1/batches', '/api/v1/keys', '/api/v1/credentials', '/api/v1/usage/records'];
    for (const path of [
      ...lists,
      '/api/workflows',
      '/api/v1/inbox?status=all',
      '/api/v1/mcp/servers',
      '/api/v1/conversations',
    ]) {
      const { status, text } = await ask(stranger, `GET ${path}`);
      expect(status).toBe(200);
      for (const id of Object.values(ids)) expect(text).not.toContain(id);
    }
    const batch = { input_file_id: ids.files, endpoint: '/v1/chat/completions' };
    expect((await ask(stranger, 'POST /v1/batches', batch)).status).toBe(404);
    const next = { model: 'gpt-4o-mini', input: 'hi', previous_response_id: ids.responses };
    expect((await ask(stranger, 'POST /v1/responses', next)).status).toBe(404);
  });

  test('is no project to read or write for who is not admin', async () => {
    const of = (path: string) => ask(stranger, `GET ${path}?project_id=default`);
    for (const path of ['/api/v1/usage/report', '/api/v1/usage/records', '/api/v1/telemetry', '/api/v1/costs']) {
      const foreign = await of(path);
      const missing = await ask(stranger, `GET ${path}?project_id=nobody-has-this`);
      expect([path, foreign.status]).toEqual([path, missing.status]);
      expect(foreign.status).toBeGreaterThanOrEqual(400);
    }
  });
});

test('a revoked key is refused within a second on every route that needs one', async () => {
  const { id, key } = await weir.key({ role: 'admin' });
  expect((await ask(key, 'GET /v1/models')).status).toBe(200);
  await ask('admin', `DELETE /api/v1/keys/${id}`);
  const revokedMono = performance.now();
  for (const { method, path, permission } of weir.app.routes) {
    if (permission === 'public') continue;
    const body = method === 'GET' || method === 'HEAD' || method === 'DELETE' ? undefined : {};
    expect((await ask(key, `${method} ${path.replace(/:\w+|\*/g, 'x')}`, body)).status).toBe(401);
    if (performance.now() - revokedMono > 1000) break;
  }
});

test('keys that never were, are revoked or expired are answered alike', async () => {
  const { id, key } = await weir.key({});
  await ask('admin', `DELETE /api/v1/keys/${id}`);
  const revoked = await ask(key, 'GET /v1/models');
  const unknown = await ask(`${key.slice(0, -1)}x`, 'GET /v1/models');
  const odd = await ask('weir_nobody', 'GET /v1/models');
  expect(revoked.status).toBe(401);
  expect(unknown).toEqual(revoked);
  expect(odd).toEqual(revoked);
});
