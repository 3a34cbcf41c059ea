import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../../../test/support/requirement.ts';
import { type RunningWeir, startWeir } from '../../../../test/support/weir.ts';

const SECRET = 'sk-upstream-secret-0123456789abcdef';
const PROMPT = 'the prompt nobody may log';

let upstream: Server;
let weir: RunningWeir;

/** Answers every chat, but refuses the credential when the prompt says so. */
beforeAll(async () => {
  upstream = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.setHeader('content-type', 'application/json');
    if (body.includes('refuse')) {
      response.statusCode = 401;
      response.end(JSON.stringify({ error: { message: `Incorrect API key provided: ${SECRET}` } }));
      return;
    }
    const message = { role: 'assistant', content: 'fine' };
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    response.end(
      JSON.stringify({ id: '1', object: 'chat.completion', created: 1, model: 'gpt-4o-mini', choices, usage }),
    );
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as AddressInfo;
  weir = await startWeir({ env: { OPENAI_API_KEY: SECRET, OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` } });
});

afterAll(async () => {
  await weir.stop();
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
});

function chat(content: string, headers: Record<string, string> = {}) {
  return weir.api(
    'POST /v1/chat/completions',
    { model: 'gpt-4o-mini', messages: [{ role: 'user', content }] },
    headers,
  );
}

async function metric(line: string): Promise<number> {
  const { text } = await weir.api('GET /metrics', undefined, { authorization: '' });
  const found = text.split('\n').find((each) => each.startsWith(`${line} `));
  return Number(found?.slice(line.length + 1) ?? 0);
}

describe(requirement('B11'), () => {
  it('says in /healthz which provider refuses our credential, and goes on', async () => {
    const before = await weir.api('GET /healthz');
    expect(before.status).toBe(200);
    expect(before.json).toMatchObject({
      status: 'healthy',
      components: { database: 'healthy', redis: 'disabled', llm_providers: { openai: { status: 'healthy' } } },
    });
    expect((await chat('refuse me')).status).toBe(502);
    const after = await weir.api('GET /healthz');
    expect(after.status).toBe(200);
    expect(after.json.status).toBe('degraded');
    expect(after.json.components.llm_providers.openai).toMatchObject({ status: 'unhealthy', model: 'gpt-4o-mini' });
    expect((await chat(PROMPT)).status).toBe(200);
    expect((await weir.api('GET /healthz')).json.status).toBe('healthy');
  });
});

describe('a running server', () => {
  it('counts calls that worked, failed and never began', async () => {
    const labels = 'provider="openai",model="gpt-4o-mini"';
    const count = () =>
      Promise.all([
        metric(`llm_requests_total{${labels},status="success"}`),
        metric(`llm_requests_total{${labels},status="error"}`),
        metric('weir_errors_total{code="request.invalid"}'),
        metric('weir_errors_total{code="auth.invalid"}'),
      ]);
    const before = await count();
    await chat(PROMPT);
    await chat('refuse me');
    await weir.api('POST /v1/chat/completions', '{not json');
    await chat(PROMPT, { authorization: 'Bearer weir_wrong' });
    expect((await count()).map((value, at) => value - (before[at] ?? 0))).toEqual([1, 1, 1, 1]);
  });

  it('answers /livez and /readyz without a key', async () => {
    for (const path of ['/livez', '/readyz']) {
      const reply = await weir.api(`GET ${path}`, undefined, { authorization: '' });
      expect([reply.status, reply.json]).toEqual([200, { status: 'ok' }]);
    }
  });

  it('has written one line per call and refused request when it ends, without prompt, key or credential', async () => {
    const key = await weir.key();
    await chat(PROMPT, { authorization: `Bearer ${key}`, 'x-user-id': 'last-user' });
    await weir.stop();
    const lines = weir
      .log()
      .split('\n')
      .filter((line) => line.includes('"event":"llm_request_'))
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ event: 'llm_request_completed', user_id: 'last-user', tokens_used: 15 });
    expect(lines.map((line) => line.error_code)).toEqual(
      expect.arrayContaining([null, 'upstream.auth', 'request.invalid', 'auth.invalid']),
    );
    expect(new Set(lines.map((line) => line.request_id)).size).toBe(lines.length);
    for (const secret of [PROMPT, SECRET, key, weir.adminKey]) expect(weir.log()).not.toContain(secret);
  });
});
