import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usdFromNano } from '../../../server/src/kernel/money.ts';
import { Scene } from '../../chaos/support/scene.ts';
import { requirement } from '../../support/requirement.ts';

const SERVER = fileURLToPath(new URL('../../support/mcp/spending-server.ts', import.meta.url));
const PRICES = { 'openai/priced': { input: 1, output: 2 } };
/** What one of its questions may cost at most: every byte is a token, and all output is used. */
const BODY = JSON.stringify({
  model: 'openai/priced',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Say "the weir holds".' }],
});
const WORST_NANO = Buffer.byteLength(BODY) * 1000 + 100 * 2000;

/** Asks models by sampling, in the name of whoever calls its tool. */
const SAMPLING = {
  command: process.execPath,
  args: [createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/dist/index.js')],
  sampling: { models: ['openai/priced'], max_tokens: 100 },
};

let scene: Scene;
beforeAll(async () => {
  const spending = { command: process.execPath, args: [SERVER], broker: { models: ['openai/priced'] } };
  const budget = { usd: usdFromNano(WORST_NANO * 2), period: 'total' };
  scene = await Scene.start({
    simulator: { latency: { firstTokenMs: 0, interTokenMs: 0 } },
    config: {
      prices: PRICES,
      mcp: { servers: { spending: { ...spending, budget }, other: spending, sampling: { ...SAMPLING, budget } } },
    },
  });
});
afterAll(() => scene.close());

async function call(server: string, tool: string) {
  const { status, json } = await scene.weir.api(`POST /api/v1/mcp/servers/${server}/tools/${tool}/call`, {});
  expect(status, JSON.stringify(json)).toBe(200);
  return json.output;
}

describe(requirement('A17b'), () => {
  it('gives a server a key of Weir, in both wires, and no other secret', async () => {
    const environment = await call('other', 'environment');
    expect(environment.OPENAI_BASE_URL).toBe(`${scene.weir.url}/v1`);
    expect(environment.ANTHROPIC_BASE_URL).toBe(scene.weir.url);
    expect(environment.OPENAI_API_KEY).toMatch(/^weir_/);
    expect(JSON.stringify(environment)).not.toContain(scene.weir.adminKey);
    expect((await call('other', 'ask_openai')).status).toBe(200);
    expect((await call('other', 'ask_anthropic')).status).toBe(200);
    const { json } = await scene.weir.api('GET /api/v1/usage/records?limit=2');
    expect(json.data.map(({ key_id }: { key_id: string }) => key_id)).toEqual(['mcp_other', 'mcp_other']);
  });

  it('refuses a server whose budget is used up, and only that one', async () => {
    const statuses: number[] = [];
    let answer = await call('spending', 'ask_openai');
    for (let calls = 0; answer.status === 200 && calls < 100; calls++) {
      statuses.push(answer.status);
      answer = await call('spending', 'ask_openai');
    }
    expect(statuses.length).toBeGreaterThan(1);
    expect(answer.status).toBe(402);
    expect(answer.body.error.details).toMatchObject({ scope: 'mcp_server' });
    expect((await call('other', 'ask_openai')).status).toBe(200);
    const { json } = await scene.weir.api('GET /api/v1/budgets?scope=mcp_server&id=spending');
    expect(json.data[0]).toMatchObject({ scope: 'mcp_server', id: 'spending', source: 'file' });
    expect(json.data[0].settled_usd).toBeGreaterThan(0);
  });

  it('counts what a server asks by sampling against its budget, in the name of the caller', async () => {
    const sample = () =>
      scene.weir.api('POST /api/v1/mcp/servers/sampling/tools/trigger-sampling-request/call', {
        arguments: { prompt: 'Say "the weir holds".', maxTokens: 100 },
      });
    let answer = await sample();
    expect(answer.status, answer.text).toBe(200);
    const { json } = await scene.weir.api('GET /api/v1/usage/records?limit=1');
    expect(json.data[0]).toMatchObject({ wire: 'mcp:sampling', key_id: 'admin' });
    for (let calls = 0; answer.status === 200 && calls < 100; calls++) answer = await sample();
    expect(answer.text).toContain('limit.budget');
    const spent = await scene.weir.api('GET /api/v1/budgets?scope=mcp_server&id=sampling');
    expect(spent.json.data[0].settled_usd).toBeGreaterThan(0);
  });

  it('still refuses it after a kill -9: what was spent stands in the ledger', async () => {
    await scene.weir.kill9();
    await scene.restart();
    expect((await call('spending', 'ask_openai')).status).toBe(402);
  });
});
