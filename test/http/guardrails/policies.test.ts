import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stand, startStand } from '../clients/stand.ts';

/** The operator's own guardrail: refuses texts about lizards, does not answer about turtles. */
function startHook(): Promise<{
  server: Server;
  url: string;
  asked: { headers: Record<string, unknown>; body: string }[];
}> {
  const asked: { headers: Record<string, unknown>; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      asked.push({ headers: request.headers, body });
      if (request.url?.endsWith('/chat/completions'))
        response.setHeader('content-type', 'application/json').end(judged(body));
      else if (body.includes('turtle')) response.writeHead(500).end();
      else response.end(JSON.stringify({ verdict: body.includes('lizard') ? 'block' : 'allow', type: 'Lizard talk!' }));
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({ server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked });
    });
  });
}

/** A model that judges: it refuses spam and talks nonsense about riddles. */
function judged(body: string): string {
  const verdict = body.includes('spam') ? 'block' : 'allow';
  const content = body.includes('riddle') ? 'Who knows?' : `Here: {"verdict":"${verdict}","type":"spam","score":0.9}`;
  return JSON.stringify({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'judge',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 50, completion_tokens: 10, total_tokens: 60 },
  });
}

let hook: Awaited<ReturnType<typeof startHook>>;
let stand: Stand;
const config = (more: string) => `
retry: { max_attempts: 0 }
providers: { judges: { type: openai-compatible, base_url: "${hook.url}", api_key: none, models: [strict] } }
guardrails:
  webhook: { url: "${hook.url}", mode: block, secret: shhh }
  ${more}
`;
beforeAll(async () => {
  hook = await startHook();
  stand = await startStand(config('pii: monitor'));
});
afterAll(async () => {
  await stand.close();
  hook.server.close();
});

const chat = (content: string, key: string, more: object = {}) =>
  stand.weir.api(
    'POST /v1/chat/completions',
    { model: 'gpt-4o-mini', messages: [{ role: 'user', content }], ...more },
    { authorization: `Bearer ${key}` },
  );

async function newProject(name: string) {
  const { json } = await stand.weir.api('POST /api/v1/projects', { name });
  return { id: json.id as string, key: await stand.weir.key({ project_id: json.id }) };
}

describe('the policy of a project', () => {
  it('is empty at first, is kept as written, and holds for the next call of that project only', async () => {
    const { id, key } = await newProject('guarded');
    const path = `/api/v1/projects/${id}/policy`;
    expect((await stand.weir.api(`GET ${path}`)).json).toEqual({});
    const policy = { guardrails: { pii: 'block', custom: { codename: { words: ['bluebird'], mode: 'block' } } } };
    const put = await stand.weir.api(`PUT ${path}`, policy);
    expect([put.status, put.json]).toEqual([200, policy]);
    expect((await stand.weir.api(`GET ${path}`)).json).toEqual(policy);

    const blocked = await chat('Mail bob@example.com', key);
    expect([blocked.status, blocked.json.error.code]).toEqual([400, 'guard.blocked']);
    const custom = await chat('Where is Bluebird now?', key);
    expect(custom.headers.get('x-weir-findings')).toContain('codename/codename');
    expect(JSON.stringify(custom.json)).toContain('codename');
    expect((await chat('Mail bob@example.com', stand.key)).status).toBe(200);

    await stand.weir.api(`PUT ${path}`, {});
    expect((await chat('Mail bob@example.com', key)).status).toBe(200);
  });

  it('may ask a model, which is paid and recorded like any call', async () => {
    const { id, key } = await newProject('judged');
    const judge = { model: 'judges/strict', mode: 'block' };
    await stand.weir.api(`PUT /api/v1/projects/${id}/policy`, { guardrails: { judge } });
    const refused = await chat('Write spam for me', key);
    const unclear = await chat('Tell me a riddle', key);
    expect([refused.status, unclear.status]).toEqual([400, 503]);
    expect(refused.headers.get('x-weir-findings')).toContain('judge/spam');
    expect((await chat('What is a weir?', key)).status).toBe(200);
    const question = hook.asked.findLast(({ body }) => body.includes('You judge texts'));
    expect(JSON.parse(question?.body ?? '{}').messages[1].content).toBe(
      JSON.stringify([{ origin: 'user', text: 'What is a weir?' }]),
    );
    const waited = expect.arrayContaining([expect.objectContaining({ stage: 'guardInput' })]);
    const records = expect.poll(
      async () => (await stand.weir.api(`GET /api/v1/usage/records?project_id=${id}`)).json.data,
    );
    await records.toContainEqual(expect.objectContaining({ wire: 'guard-judge', success: true }));
    await records.toContainEqual(expect.objectContaining({ wire: 'openai-chat', status: 200, stages: waited }));
  });

  it.each([
    [{ guardrails: { pii: 'blok' } }, 'guardrails.pii'],
    [{ guardrails: { pi: 'block' } }, 'guardrails.pi'],
    [{ guardrails: { custom: { own: { pattern: '(' } } } }, 'guardrails.custom.own.pattern'],
    [{ guards: {} }, 'guards'],
  ])('names what is wrong in %j', async (policy, param) => {
    const reply = await stand.weir.api('PUT /api/v1/projects/default/policy', policy);
    expect(reply.status).toBe(400);
    expect(reply.json.error.details.param).toBe(param);
  });

  it('of another project looks like one that is not there, and viewers may not change it', async () => {
    const own = await newProject('mine');
    const other = await newProject('theirs');
    const as = async (role: string) => ({
      authorization: `Bearer ${await stand.weir.key({ project_id: own.id, role })}`,
    });
    const foreign = await stand.weir.api(`GET /api/v1/projects/${other.id}/policy`, undefined, await as('operator'));
    const missing = await stand.weir.api('GET /api/v1/projects/proj_none/policy', undefined, await as('operator'));
    expect([foreign.status, missing.status]).toEqual([404, 404]);
    expect(foreign.json.error.message).toBe(missing.json.error.message);
    const path = `/api/v1/projects/${own.id}/policy`;
    expect((await stand.weir.api(`GET ${path}`, undefined, await as('viewer'))).status).toBe(200);
    expect((await stand.weir.api(`PUT ${path}`, {}, await as('viewer'))).status).toBe(403);
  });
});

describe('a webhook', () => {
  it('is asked before a request leaves, signed, and its refusal is one', async () => {
    const refused = await chat('Tell me about lizards', stand.key);
    expect(refused.status).toBe(400);
    expect(refused.headers.get('x-weir-findings')).toContain('webhook/lizard_talk_');
    const { headers, body } = hook.asked.at(-1) ?? { headers: {}, body: '' };
    expect(headers['x-weir-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
    expect(JSON.parse(body)).toEqual({
      direction: 'input',
      project_id: 'default',
      texts: [{ text: 'Tell me about lizards', origin: 'user' }],
    });
    expect((await chat('Tell me about birds', stand.key)).status).toBe(200);
  });

  it('that fails lets nothing pass', async () => {
    const failed = await chat('Tell me about turtles', stand.key);
    expect([failed.status, failed.json.error.code]).toEqual([503, 'guard.blocked']);
  });
});

describe('watching', () => {
  it('leaves the bytes of a stream as they are, and its findings are in the ledger', async () => {
    const { text } = await chat('say "Please write to bob.builder@example.com about it."', stand.key, { stream: true });
    expect(text).toContain('[DONE]');
    expect(text).not.toContain('[EMAIL]');
    await expect
      .poll(async () => (await stand.weir.api('GET /api/v1/usage/records?limit=5')).text, { timeout: 5000 })
      .toMatch(/"guardrail":"pii","type":"email"/);
    const { text: metrics } = await stand.weir.api('GET /metrics');
    expect(metrics).toMatch(
      /weir_guardrail_findings_total\{guardrail="pii",action="monitor",direction="output"\} [1-9]/,
    );
  });
});

describe('a reload of the configuration', () => {
  it('holds for the next call', async () => {
    const mail = 'Send it to amy@example.org';
    expect((await chat(mail, stand.key)).status).toBe(200);
    writeFileSync(join(stand.weir.dataDir, 'test-weir.yaml'), config('pii: block'));
    await expect.poll(async () => (await chat(mail, stand.key)).status, { timeout: 10_000 }).toBe(400);
  });
});
