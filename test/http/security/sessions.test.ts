import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComposedWeir, composeWeir } from './composed-weir.ts';

let weir: ComposedWeir;

beforeAll(async () => {
  weir = await composeWeir();
});
afterAll(() => weir.close());

interface SignedIn {
  readonly cookie: string;
  readonly csrf: string;
}

async function ask(line: string, of: { body?: unknown; headers?: Record<string, string> } = {}) {
  const [method = 'GET', path = '/'] = line.split(' ');
  const response = await fetch(weir.url + path, {
    method,
    headers: { ...(of.body === undefined ? {} : { 'content-type': 'application/json' }), ...of.headers },
    ...(of.body === undefined ? {} : { body: JSON.stringify(of.body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape.
function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function signIn(key: string, headers: Record<string, string> = {}): Promise<SignedIn & { setCookie: string }> {
  const { status, headers: got, json } = await ask('POST /api/v1/session', { body: { key }, headers });
  expect(status).toBe(200);
  const setCookie = got.get('set-cookie') ?? '';
  return { setCookie, cookie: setCookie.split(';')[0] ?? '', csrf: json.csrf_token };
}

const as = ({ cookie }: SignedIn) => ({ headers: { cookie } });
const changing = ({ cookie, csrf }: SignedIn) => ({ headers: { cookie, 'x-weir-csrf': csrf } });

describe('a sign-in', () => {
  it.each(['viewer', 'developer', 'operator', 'admin'])('with a key of the role %s says who is in', async (role) => {
    const { id, key } = await weir.key({ role });
    const { status, json, text } = await ask('POST /api/v1/session', { body: { key } });
    expect(status).toBe(200);
    const expires_at = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    const csrf_token = expect.stringMatching(/^[\w-]{43}$/);
    expect(json).toEqual({ key_id: id, name: 'test', role, project_id: 'default', csrf_token, expires_at });
    expect(text).not.toContain(key);
  });

  it('sets a cookie that scripts cannot read and other sites do not send', async () => {
    const { setCookie } = await signIn(weir.adminKey);
    expect(setCookie).toMatch(/^weir_session=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
    const overTls = await signIn(weir.adminKey, { 'x-forwarded-proto': 'https' });
    expect(overTls.setCookie).toMatch(/; Secure$/);
  });

  it('is refused to inference keys, which only make calls', async () => {
    const { key } = await weir.key({ role: 'inference' });
    const { status, json, headers } = await ask('POST /api/v1/session', { body: { key } });
    expect(status).toBe(403);
    expect(json.error).toMatchObject({ code: 'auth.denied', message: expect.stringContaining('inference key') });
    expect(headers.get('set-cookie')).toBeNull();
  });

  it('is refused with a wrong key, and without one the field is named', async () => {
    expect((await ask('POST /api/v1/session', { body: { key: 'weir_wrong' } })).status).toBe(401);
    const { status, json } = await ask('POST /api/v1/session', { body: {} });
    expect(status).toBe(400);
    expect(json.error.details.param).toBe('key');
  });

  it('never takes over a session that somebody brought along', async () => {
    const attacker = await signIn(weir.adminKey);
    const { key } = await weir.key({ role: 'viewer' });
    const victim = await signIn(key, { cookie: attacker.cookie });
    expect(victim.cookie).not.toBe(attacker.cookie);
    expect((await ask('GET /api/v1/session', as(attacker))).json.role).toBe('admin');
    expect((await ask('GET /api/v1/session', as(victim))).json.role).toBe('viewer');
  });

  it('from a page of another site is refused', async () => {
    const headers = { origin: 'https://attacker.example' };
    const { status, headers: got } = await ask('POST /api/v1/session', { body: { key: weir.adminKey }, headers });
    expect(status).toBe(403);
    expect(got.get('set-cookie')).toBeNull();
  });

  it('leaves neither keys nor cookies in the log, and is in the audit log', async () => {
    const { id, key } = await weir.key({ role: 'operator' });
    const session = await signIn(key);
    await ask('GET /api/v1/keys', as(session));
    expect(weir.logged()).not.toContain(key);
    expect(weir.logged()).not.toContain(session.cookie.split('=')[1]);
    expect(weir.logged()).not.toContain(session.csrf);
    const { json } = await ask('GET /api/v1/audit', { headers: { authorization: `Bearer ${weir.adminKey}` } });
    expect(json.data[0]).toMatchObject({ action: 'session.create', actor: id });
    expect(JSON.stringify(json)).not.toContain(key);
  });
});

describe('a session', () => {
  it('opens what its key opens, and nothing else', async () => {
    const { key } = await weir.key({ role: 'viewer' });
    const viewer = await signIn(key);
    expect((await ask('GET /api/v1/keys', as(viewer))).status).toBe(200);
    expect((await ask('GET /api/v1/audit', as(viewer))).status).toBe(403);
    const made = await ask('POST /api/v1/keys', { body: { name: 'more' }, ...changing(viewer) });
    expect(made.status).toBe(403);
  });

  it('is held to the endpoints of its key', async () => {
    const { key } = await weir.key({ role: 'operator', endpoints: ['/api/v1/session', '/api/v1/keys'] });
    const session = await signIn(key);
    expect((await ask('GET /api/v1/keys', as(session))).status).toBe(200);
    expect((await ask('GET /api/v1/projects', as(session))).status).toBe(403);
  });

  it('sees only its own project', async () => {
    const admin = await signIn(weir.adminKey);
    const project = await ask('POST /api/v1/projects', { body: { name: 'other' }, ...changing(admin) });
    const { key } = await weir.key({ role: 'operator', project_id: project.json.id });
    const theirs = await signIn(key);
    const { json } = await ask('GET /api/v1/keys', as(theirs));
    expect(json.data.map((each: { project_id: string }) => each.project_id)).toEqual([project.json.id]);
    const foreign = await ask('GET /api/v1/keys?project_id=default', as(theirs));
    expect(foreign.status).toBe(404);
  });

  it('changes nothing without its own csrf token', async () => {
    const session = await signIn(weir.adminKey);
    const other = await signIn(weir.adminKey);
    const wrong = [{}, { 'x-weir-csrf': '' }, { 'x-weir-csrf': 'x' }, { 'x-weir-csrf': other.csrf }];
    for (const headers of wrong) {
      const of = { body: { name: 'by a page' }, headers: { cookie: session.cookie, ...headers } };
      const { status, json } = await ask('POST /api/v1/keys', of);
      expect(status).toBe(403);
      expect(json.error.details.param).toBe('x-weir-csrf');
    }
    const made = await ask('POST /api/v1/keys', { body: { name: 'by hand' }, ...changing(session) });
    expect(made.status).toBe(201);
  });

  it('asks for the token on every route that is no GET', async () => {
    const session = await signIn(weir.adminKey);
    const routes = weir.app.routes.filter(
      ({ method, permission }) => !/GET|HEAD/.test(method) && permission !== 'public',
    );
    const open: string[] = [];
    for (const { method, path } of routes) {
      const { status } = await ask(`${method} ${path.replace(/:\w+|\*/g, 'made-up')}`, { body: {}, ...as(session) });
      if (status !== 403 && status !== 401) open.push(`${method} ${path}: ${status}`);
    }
    expect(open).toEqual([]);
    expect(routes.length).toBeGreaterThan(50);
  });

  it("opens no provider's wire, also with the token", async () => {
    const session = await signIn(weir.adminKey);
    const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] };
    expect((await ask('POST /v1/chat/completions', { body, ...changing(session) })).status).toBe(401);
    expect((await ask('GET /v1/models', as(session))).status).toBe(200);
    const own = await ask('POST /api/v1/llm/chat', { body: { ...body, user_id: 'ann' }, ...changing(session) });
    expect(own.status).toBe(200);
  });

  it('counts less than a key that comes along', async () => {
    const session = await signIn(weir.adminKey);
    const { key } = await weir.key({ role: 'viewer' });
    const headers = { cookie: session.cookie, authorization: `Bearer ${key}` };
    expect((await ask('GET /api/v1/session', { headers })).json).toMatchObject({ role: 'viewer', csrf_token: null });
    const wrong = { cookie: session.cookie, authorization: 'Bearer weir_wrong' };
    expect((await ask('GET /api/v1/session', { headers: wrong })).status).toBe(401);
  });

  it('is over once somebody signed out, also for who copied the cookie', async () => {
    const session = await signIn(weir.adminKey);
    expect((await ask('DELETE /api/v1/session', as(session))).status).toBe(403);
    const { status, json, headers } = await ask('DELETE /api/v1/session', changing(session));
    expect({ status, json }).toEqual({ status: 200, json: { signed_out: true } });
    expect(headers.get('set-cookie')).toMatch(/^weir_session=; Path=\/; Max-Age=0;/);
    expect((await ask('GET /api/v1/session', as(session))).status).toBe(401);
    expect((await ask('GET /api/v1/keys', as(session))).status).toBe(401);
  });

  it('is over once its key is revoked', async () => {
    const { id, key } = await weir.key({ role: 'operator' });
    const session = await signIn(key);
    const admin = await signIn(weir.adminKey);
    expect((await ask(`DELETE /api/v1/keys/${id}`, changing(admin))).status).toBe(200);
    expect((await ask('GET /api/v1/session', as(session))).status).toBe(401);
  });

  it('that nobody has is none', async () => {
    expect((await ask('GET /api/v1/session')).status).toBe(401);
    const { status, json } = await ask('GET /api/v1/session', { headers: { cookie: 'weir_session=made.up' } });
    expect(status).toBe(401);
    expect(json.error.message).toBe('The session is over. Sign in again.');
  });
});
