import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usdFromNano } from '../../../server/src/kernel/money.ts';
import { Scene } from '../../chaos/support/scene.ts';
import { requirement } from '../../support/requirement.ts';
import type { ApiReply } from '../../support/weir.ts';

/** USD per million tokens; what a call costs is far less than its worst case. */
const PRICES = { 'openai/priced': { input: 1, output: 2 }, 'backup/cheap': { input: 0.001, output: 0.002 } };

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.start({
    simulator: { latency: { firstTokenMs: 0, interTokenMs: 0 } },
    config: {
      prices: PRICES,
      budgets: { rules: [{ scope: 'user', id: 'from-file', usd: 1, period: 'month' }] },
    },
  });
});
afterAll(() => scene.close());

const as = (key: string, user?: string) => ({
  authorization: `Bearer ${key}`,
  ...(user === undefined ? {} : { 'x-user-id': user }),
});

function bodyOf(more: object = {}): string {
  const messages = [{ role: 'user', content: 'Say "the weir holds".' }];
  return JSON.stringify({ model: 'openai/priced', max_tokens: 100, messages, ...more });
}

async function chat(key: string, more: object = {}, user?: string): Promise<ApiReply> {
  return scene.weir.api('POST /v1/chat/completions', bodyOf(more), {
    ...as(key, user),
    'content-type': 'application/json',
  });
}

/** Worst case of the call: every byte of its body is a token, and all output is used. */
function worstNano(more: object = {}): number {
  return Buffer.byteLength(bodyOf(more)) * 1000 + 100 * 2000;
}

async function budget(scope: string, id: string): Promise<Record<string, never>> {
  const { json } = await scene.weir.api(`GET /api/v1/budgets?scope=${scope}&id=${encodeURIComponent(id)}`);
  return json.data[0];
}

describe('a budget', () => {
  it('reserves the worst case, settles the truth, and refuses what does not fit', async () => {
    const usd = usdFromNano(worstNano() + 1000);
    const key = await scene.weir.key({ budget: { usd, period: 'day' } });
    const first = await chat(key);
    expect(first.status).toBe(200);
    const cost = Number(first.headers.get('x-weir-cost-usd'));
    expect(cost).toBeGreaterThan(0);
    const refused = await chat(key);
    expect(refused.status).toBe(402);
    expect(refused.headers.get('x-should-retry')).toBe('false');
    expect(refused.json.error.details).toMatchObject({
      scope: 'key',
      limit: usd,
      used: cost,
      reserved_usd: 0,
      wanted_usd: usdFromNano(worstNano()),
    });
    // What is left is enough for a smaller call.
    expect((await chat(key, { max_tokens: 20 })).status).toBe(200);
  });

  it('F48: lets exactly the affordable ones of two hundred at once pass', async () => {
    const affordable = 7;
    const usd = usdFromNano(affordable * worstNano({ user: 'together' }) + 10);
    await scene.weir.api('PUT /api/v1/budgets', { scope: 'user', id: 'together', usd, period: 'total' });
    scene.simulator.faults.add({
      match: { model: 'priced' },
      fault: { kind: 'delay_before_headers', ms: 1500 },
      times: affordable,
    });
    const key = await scene.weir.key();
    const replies = await Promise.all(Array.from({ length: 200 }, () => chat(key, { user: 'together' })));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(affordable);
    for (const { status, json } of replies.filter((reply) => reply.status !== 200)) {
      expect(status).toBe(402);
      const { limit, used, reserved_usd } = json.error.details;
      expect(used + reserved_usd).toBeLessThanOrEqual(limit + 1e-12);
    }
    const spent = replies.reduce((sum, { headers }) => sum + Number(headers.get('x-weir-cost-usd') ?? 0), 0);
    expect(await budget('user', 'together')).toMatchObject({
      settled_usd: expect.closeTo(spent, 9),
      reserved_usd: 0,
      resets_at: null,
      last_refusal: { count: 193, shadow: false },
    });
  });

  it('sends the output limit it reserved when the client set none, and says so', async () => {
    const key = await scene.weir.key({ budget: { usd: 1, period: 'week' } });
    const reply = await chat(key, { max_tokens: undefined });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('x-weir-adjusted')).toBe('max_tokens=4096');
    expect(scene.simulator.journal.entries.at(-1)?.body).toMatchObject({ max_tokens: 4096 });
    const free = await chat(await scene.weir.key(), { max_tokens: undefined });
    expect(free.headers.get('x-weir-adjusted')).toBeNull();
  });

  it('multiplies the worst case by the number of choices', async () => {
    const key = await scene.weir.key({ budget: { usd: 0.000001, period: 'day' } });
    const { json } = await chat(key, { n: 3 });
    expect(json.error.details.wanted_usd).toBe(
      usdFromNano(Buffer.byteLength(bodyOf({ n: 3 })) * 1000 + 3 * 100 * 2000),
    );
  });

  it('refuses what it cannot bound, and names the setting', async () => {
    const key = await scene.weir.key({ budget: { usd: 1, period: 'day' } });
    const unpriced = await chat(key, { model: 'openai/nobody-knows' });
    expect(unpriced.status).toBe(402);
    expect(unpriced.json.error.message).toContain('prices."openai/nobody-knows"');
    const searching = await chat(key, { web_search_options: {} });
    expect(searching.status).toBe(402);
    expect(searching.json.error.message).toContain('web_search_options');
    // Without a budget an unknown price is only unpriced.
    expect((await chat(await scene.weir.key(), { model: 'openai/nobody-knows' })).status).toBe(200);
  });

  it('gives back what failed attempts reserved', async () => {
    const key = await scene.weir.key({
      budget: { usd: usdFromNano(worstNano({ model: 'openai/priced' })), period: 'day' },
    });
    scene.simulator.faults.add({ match: { model: 'priced' }, fault: { kind: 'status', code: 503 }, times: 2 });
    const reply = await chat(key);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('x-weir-attempts')).toBe('3');
  });

  it('goes on with another model when it says so, within the same budget', async () => {
    const terms = { usd: 0.0001, period: 'day', on_exceed: 'degrade', degrade_to: 'backup/cheap' };
    const key = await scene.weir.key({ budget: terms });
    const reply = await chat(key);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('x-weir-model')).toBe('cheap');
    expect(reply.headers.get('x-weir-fallback')).toBe('openai/priced: limit.budget');
    expect(Number(reply.headers.get('x-weir-cost-usd'))).toBeLessThan(0.0001);
  });

  it('only reports in shadow mode', async () => {
    const terms = { scope: 'user', id: 'shadowed', usd: 0.000001, period: 'month', shadow: true };
    await scene.weir.api('PUT /api/v1/budgets', terms);
    expect((await chat(await scene.weir.key(), {}, 'shadowed')).status).toBe(200);
    expect(await budget('user', 'shadowed')).toMatchObject({ last_refusal: { shadow: true, count: 1 } });
    const { text } = await scene.weir.api('GET /metrics');
    expect(text).toMatch(/^weir_budget_refusals_total\{scope="user",mode="shadow"\} 1$/m);
  });

  it('asks for an approval of dear calls', async () => {
    const key = await scene.weir.key({ budget: { usd: 1, period: 'day', approve_above_usd: 0.0001 } });
    const refused = await chat(key);
    expect(refused.status).toBe(402);
    expect(refused.json.error).toMatchObject({
      code: 'approval.required',
      details: { approval_id: expect.stringMatching(/^inbox_[0-9a-f]{32}$/), scope: 'key' },
    });
  });

  it('S25: of each user is one for every user, known or not', async () => {
    const usd = usdFromNano(worstNano());
    await scene.weir.api('PUT /api/v1/budgets', { scope: 'user', id: '*', usd, period: 'day', project_id: 'default' });
    const key = await scene.weir.key();
    for (const user of ['each-a', 'each-b']) {
      expect((await chat(key, {}, user)).status).toBe(200);
      expect((await chat(key, {}, user)).status).toBe(402);
    }
    await scene.weir.api('DELETE /api/v1/budgets?scope=user&id=*&period=day');
    expect((await chat(key, {}, 'each-a')).status).toBe(200);
  });

  it('of the file is read-only here', async () => {
    const refused = await scene.weir.api('PUT /api/v1/budgets', {
      scope: 'user',
      id: 'from-file',
      usd: 2,
      period: 'month',
    });
    expect(refused.status).toBe(409);
    expect(await budget('user', 'from-file')).toMatchObject({
      source: 'file',
      usd: 1,
      settled_usd: 0,
      remaining_usd: 1,
    });
  });
});

describe(requirement('E14'), () => {
  it('each share is told once per period: in the metric, in the log', async () => {
    const key = await scene.weir.key();
    const first = await chat(key, {}, 'e14');
    const cost = Number(first.headers.get('x-weir-cost-usd'));
    const terms = { scope: 'user', id: 'e14', usd: Number((cost * 1000).toFixed(9)), period: 'day', shadow: true };
    // One call was made before the budget was: it counts.
    await scene.weir.api('PUT /api/v1/budgets', { ...terms, alert_at: [0.0015, 0.0025, 1] });
    expect(await budget('user', 'e14')).toMatchObject({ settled_usd: expect.closeTo(cost, 9), alerts_fired: [] });
    for (let turn = 0; turn < 3; turn++) await chat(key, {}, 'e14');
    expect(await budget('user', 'e14')).toMatchObject({ alerts_fired: [0.0015, 0.0025] });
    const { text } = await scene.weir.api('GET /metrics');
    expect(text).toMatch(/^weir_budget_alerts_total\{scope="user",share="0.0015"\} 1$/m);
    expect(text).toMatch(/^weir_budget_alerts_total\{scope="user",share="0.0025"\} 1$/m);
    await expect.poll(() => scene.weir.log().split('"event":"alert"').length - 1).toBe(2);
  });
});

describe('after a kill', () => {
  it('the budget knows what was spent, and counts calls that were cut off at what they had reserved', async () => {
    const own = await Scene.start({
      simulator: { latency: { firstTokenMs: 0, interTokenMs: 0 } },
      config: { prices: PRICES },
    });
    try {
      const key = await own.weir.key();
      const put = (usd: number) =>
        own.weir.api('PUT /api/v1/budgets', { scope: 'user', id: 'killed', usd, period: 'total' });
      await put(1);
      const ask = (more: object = {}) =>
        own.weir.api('POST /v1/chat/completions', bodyOf({ user: 'killed', ...more }), {
          ...as(key),
          'content-type': 'application/json',
        });
      const cost = Number((await ask()).headers.get('x-weir-cost-usd'));
      own.simulator.faults.add({ match: { model: 'priced' }, fault: { kind: 'hang_before_headers' }, times: 1 });
      const hanging = ask().catch(() => 'cut');
      await expect.poll(() => own.asked('priced')).toBe(2);
      await own.weir.kill9();
      expect(await hanging).toBe('cut');
      await own.restart();
      const { json } = await own.weir.api('GET /api/v1/budgets?scope=user&id=killed');
      const reserved = usdFromNano(worstNano({ user: 'killed' }));
      expect(json.data[0].settled_usd).toBeCloseTo(cost + reserved, 9);
    } finally {
      await own.close();
    }
  });
});
