import { describe, expect, onTestFinished, test } from 'vitest';
import type { InboxItem } from '../../server/src/features/workflows/workflows.ts';
import { usdFromNano } from '../../server/src/kernel/money.ts';
import type { Storage } from '../../server/src/ports/storage.ts';
import { completion } from '../chaos/support/gateway-fixture.ts';
import { systemClock } from '../contracts/system-clock.ts';
import { temporaryStorage } from '../support/temporary-storage.ts';
import { BY } from './engine-stand.ts';
import { asking, type PaidOptions, paidStand } from './paid-stand.ts';

/** What `completion()` costs: 11 x 1 + 3 x 2 USD per million. */
const COST_NANO = 17_000;
/** Of a call for one item: its body has 95 bytes, and its output 50 tokens. */
const WORST_NANO = 195_000;
const WORST_TOKENS = 145;

async function stand(more: Partial<PaidOptions> & { storage?: Storage } = {}) {
  const storage = more.storage ?? (await temporaryStorage(systemClock)).storage;
  const stood = paidStand({ storage, ...more });
  // Answers come later than the next calls leave.
  stood.http.onRequest = (sent) => setImmediate(() => sent.answer(200, completion()));
  await stood.engine.start();
  onTestFinished(() => stood.engine.stop(0));
  return { ...stood, storage };
}

const fanOut = (budget: object) => ({
  name: 'fan-out',
  budget: { onExceed: 'stop', ...budget },
  steps: [
    {
      ...{ name: 'each', type: 'map' },
      config: {
        ...{ items: '{{input.items}}', concurrency: 50, toleratedFailures: 50 },
        steps: [asking('work', { config: { messages: [{ role: 'user', content: 'item {{item}}' }] } })],
      },
    },
  ],
});
const FIFTY = { items: Array.from({ length: 50 }, (_, at) => 10 + at) };

describe('the budget of a run', () => {
  test('for 20 calls lets a map of 50 that all start at once make 20, and no 21st', async () => {
    const { run, http, ledger, attempts } = await stand();
    const done = await run(fanOut({ calls: 20 }), FIFTY);
    expect(done.status).toBe('completed');
    expect(http.requests).toHaveLength(20);
    expect(done.cost_usd).toBe(usdFromNano(20 * COST_NANO));
    const failed = (await attempts(done.id)).filter(({ status }) => status === 'failed');
    expect(failed).toHaveLength(30);
    expect(JSON.parse(failed[0]?.error ?? '')).toMatchObject({ code: 'limit.budget', details: { scope: 'workflow' } });
    // Those that were refused are recorded, too, and cost nothing.
    expect(ledger.settled.filter(({ success }) => !success)).toHaveLength(30);
  });

  test('in USD lets out what fits with its worst case, of all that start at once, and is never overspent', async () => {
    const { run, http, ledger } = await stand();
    const waiting: (() => void)[] = [];
    // Nobody is answered until all that fit have left.
    http.onRequest = (sent) => {
      waiting.push(() => sent.answer(200, completion()));
      if (waiting.length === 20) for (const answer of waiting) answer();
      if (waiting.length > 20) setImmediate(() => sent.answer(200, completion()));
    };
    const limitNano = 20 * WORST_NANO;
    const done = await run(fanOut({ usd: usdFromNano(limitNano) }), FIFTY);
    const spent = ledger.settled.reduce((sum, { cost_nano_usd }) => sum + cost_nano_usd, 0);
    expect(ledger.intents.map((intent) => intent.estimated_cost_nano_usd)).toContain(WORST_NANO);
    expect(spent).toBe(http.requests.length * COST_NANO);
    expect(spent).toBeLessThanOrEqual(limitNano);
    expect(done.cost_usd).toBe(usdFromNano(spent));
  });

  test('in tokens counts the most a call can use until it is over, and gives calls a limit', async () => {
    const { run, http } = await stand();
    const steps = [asking('one', { config: { maxTokens: undefined } }), asking('two'), asking('three')];
    const done = await run({ name: 'tokens', budget: { tokens: 4500, onExceed: 'stop' }, steps });
    // The first is sent with the default limit of 4096 and uses 14, so that the others fit.
    expect(JSON.parse(String(http.requests[0]?.request.body)).max_tokens).toBe(4096);
    expect(done).toMatchObject({ status: 'completed', tokens_used: 3 * 14 });
    const small = await run({ name: 'small', budget: { tokens: 100, onExceed: 'stop' }, steps: [asking('one')] });
    expect(small).toMatchObject({ status: 'failed', error: { code: 'limit.budget' } });
  });

  test('for calls, or tokens, that degrades lets the model asked for make so many, and another one the rest', async () => {
    for (const budget of [{ calls: 20 }, { tokens: 19 * 14 + WORST_TOKENS }]) {
      const { run, http, ledger } = await stand();
      const flow = fanOut({ ...budget, onExceed: 'degrade', degradeTo: 'groq/cheap' });
      const steps = flow.steps.map((step) => ({ ...step, config: { ...step.config, concurrency: 1 } }));
      const done = await run({ ...flow, steps }, FIFTY);
      expect(done.status).toBe('completed');
      const models = http.requests.map(({ request }) => JSON.parse(String(request.body)).model);
      expect(models.filter((model) => model === 'gpt-4o-mini')).toHaveLength(20);
      expect(models.filter((model) => model === 'cheap')).toHaveLength(30);
      expect(ledger.settled.filter(({ success }) => !success)).toEqual([]);
      const spent = ledger.settled.reduce((sum, { cost_nano_usd }) => sum + cost_nano_usd, 0);
      expect(done.cost_usd).toBe(usdFromNano(spent));
    }
  });

  test('for calls lets no more than so many keep the model when all start at once and it degrades', async () => {
    const { run, http } = await stand();
    const done = await run(fanOut({ calls: 20, onExceed: 'degrade', degradeTo: 'groq/cheap' }), FIFTY);
    expect(done.status).toBe('completed');
    const models = http.requests.map(({ request }) => JSON.parse(String(request.body)).model);
    expect([models.length, models.filter((model) => model === 'gpt-4o-mini').length]).toEqual([50, 20]);
  });

  test('holds after a restart: what was spent before counts', async () => {
    const first = await stand();
    await first.run({ name: 'probe', budget: { usd: 1 }, steps: [asking('one')] });
    const worstNano = first.ledger.intents[0]?.estimated_cost_nano_usd ?? 0;
    const steps = [asking('one'), { name: 'stop', type: 'approval', config: { message: 'go on?' } }, asking('two')];
    const budget = { usd: usdFromNano(worstNano + COST_NANO - 1), onExceed: 'pause' };
    const run = await first.run({ name: 'resumed', budget, steps });
    expect(run).toMatchObject({ status: 'waiting', cost_usd: usdFromNano(COST_NANO) });
    await first.engine.stop(0);
    const second = await stand({ storage: first.storage, ledger: first.ledger });
    const [item] = await second.workflows.inbox.list({ projectId: BY.projectId, limit: 1 });
    await second.workflows.inbox.decide(BY, item?.id ?? '', { decision: 'approve' });
    await expect
      .poll(async () => (await second.workflows.inbox.list({ projectId: BY.projectId, status: 'open', limit: 1 }))[0])
      .toMatchObject({ kind: 'budget', execution_id: run.id });
    expect(second.http.requests).toEqual([]);
  });

  test('for calls holds after a restart, and calls that were refused are none', async () => {
    const first = await stand();
    const wait = { name: 'stop', type: 'approval', config: { message: 'go on?' } };
    const tried = asking('tried', { onError: 'continue', budget: { tokens: 1, onExceed: 'stop' } });
    const steps = [asking('one'), tried, wait, asking('two'), asking('three')];
    const run = await first.run({ name: 'resumed', budget: { calls: 2, onExceed: 'stop' }, steps });
    expect(run).toMatchObject({ status: 'waiting' });
    await first.engine.stop(0);
    const second = await stand({ storage: first.storage, ledger: first.ledger });
    const [item] = await second.workflows.inbox.list({ projectId: BY.projectId, limit: 1 });
    await second.workflows.inbox.decide(BY, item?.id ?? '', { decision: 'approve' });
    await expect.poll(async () => (await second.workflows.execution(BY.projectId, run.id)).status).toBe('failed');
    const done = await second.workflows.execution(BY.projectId, run.id);
    expect(done).toMatchObject({ error: { code: 'limit.budget', step: 'three' } });
    expect([first.http.requests.length, second.http.requests.length]).toEqual([1, 1]);
  });

  test('WD11: is charged by runs that fail, and WD7: by every attempt', async () => {
    const { run, http, ledger, attempts } = await stand();
    http.onRequest = (sent) => setImmediate(() => sent.answer(200, completion('no JSON')));
    const retry = { maxAttempts: 3, backoffMs: 1, on: ['reply.invalid'] };
    const step = asking('strict', { retry, config: { schema: { type: 'object' } } });
    const done = await run({ name: 'failing', steps: [step] });
    expect(done.status).toBe('failed');
    // Three attempts, each of which asked once more.
    expect(http.requests).toHaveLength(6);
    expect(done.cost_usd).toBe(usdFromNano(6 * COST_NANO));
    const costs = (await attempts(done.id)).map(({ cost_nano }) => cost_nano);
    expect(costs).toEqual([2 * COST_NANO, 2 * COST_NANO, 2 * COST_NANO]);
    expect(ledger.settled.map(({ cost_nano_usd }) => cost_nano_usd)).toEqual(costs);
  });
});

/** A sub-workflow that asks for each item, so many at once. */
const inner = {
  name: 'inner',
  steps: [
    {
      ...{ name: 'each', type: 'map' },
      config: {
        ...{ items: '{{input.items}}', concurrency: 50, toleratedFailures: 50 },
        steps: [asking('work', { config: { messages: [{ role: 'user', content: 'item {{item}} of {{run.id}}' }] } })],
      },
    },
  ],
};
const callInner = (name: string, more: object = {}) => ({
  ...{ name, type: 'workflow', config: { workflow: 'inner', input: '{{input}}' } },
  ...more,
});

describe('the budget of a step', () => {
  for (const [unit, budget, asked] of [
    ['calls', { calls: 7 }, 7],
    ['tokens', { tokens: 6 * 14 + WORST_TOKENS }, 7],
    ['USD', { usd: usdFromNano(2 * WORST_NANO) }, 22],
  ] as const) {
    test(`in ${unit} bounds the steps in it and no others`, async () => {
      const { run, http } = await stand();
      const inOne = { ...(fanOut({}).steps[0] as object), budget: { ...budget, onExceed: 'stop' } };
      const oneByOne = (step: object) => ({
        ...step,
        config: { ...(step as { config: object }).config, concurrency: unit === 'calls' ? 50 : 1 },
      });
      const done = await run({ name: 'nested', steps: [oneByOne(inOne), asking('after')] }, FIFTY);
      expect(done.status).toBe('completed');
      const made = http.requests.length - 1;
      // Money comes back as calls cost less than their worst case, so that more of them fit.
      if (unit === 'USD') expect([made > 2, made <= asked]).toEqual([true, true]);
      else expect(made).toBe(asked);
    });
  }

  test('bounds the sub-runs that it starts, all together, in calls', async () => {
    const { run, http, workflows } = await stand();
    await workflows.create(BY, inner);
    const both = {
      ...{ name: 'both', type: 'parallel', budget: { calls: 9, onExceed: 'stop' } },
      config: { steps: [callInner('left'), callInner('right')] },
    };
    const done = await run({ name: 'outer', steps: [both, callInner('free')] }, { items: FIFTY.items.slice(0, 10) });
    expect(done.status).toBe('completed');
    expect(http.requests).toHaveLength(9 + 10);
  });
});

describe('the budget of a run with sub-runs', () => {
  const pausing = (budget: object) => ({
    ...{ name: 'above', budget: { onExceed: 'pause', ...budget } },
    steps: [asking('own'), { name: 'sub', type: 'workflow', config: { workflow: 'below', input: {} } }, asking('last')],
  });
  const below = { name: 'below', steps: [asking('first'), asking('second')] };
  const asked = async ({ workflows }: ReturnType<typeof paidStand>) => {
    const open = () => workflows.inbox.list({ projectId: BY.projectId, status: 'open', limit: 9 });
    await expect.poll(async () => (await open()).length, { timeout: 10_000 }).toBe(1);
    return (await open())[0] as InboxItem;
  };
  const over = async ({ workflows }: ReturnType<typeof paidStand>, id: string) => {
    const status = async () => (await workflows.execution(BY.projectId, id)).status;
    await expect.poll(status, { timeout: 10_000 }).toMatch(/completed|failed/);
    return workflows.execution(BY.projectId, id);
  };

  for (const [budget, more, form] of [
    [{ calls: 2 }, { calls: 4 }, { calls: { type: 'integer', default: 4 } }],
    [{ calls: 2 }, undefined, { calls: { type: 'integer', default: 4 } }],
    // Bodies have some 130 bytes, and the first call used 14.
    [{ tokens: 185 }, { tokens: 1000 }, { tokens: { type: 'integer', default: 370 } }],
    [{ usd: 0.00024, calls: 9 }, { usd: 0.001 }, { usd: { type: 'number', default: 0.00048 }, calls: { default: 9 } }],
  ] as const) {
    test(`that pauses for ${JSON.stringify(budget)} is raised from the sub-run that it stopped, with ${JSON.stringify(more)}`, async () => {
      const stood = await stand();
      await stood.workflows.create(BY, below);
      const { id } = await stood.workflows.create(BY, pausing(budget));
      const started = await stood.workflows.execute(BY, { workflowId: id, trigger: 'api' });
      const item = await asked(stood);
      expect(item).toMatchObject({
        kind: 'budget',
        title: expect.stringContaining('"above"'),
        detail: { id: started.id, budget_of: 'above' },
        form: { properties: form },
      });
      expect(item.execution_id).not.toBe(started.id);
      await stood.workflows.inbox.decide(BY, item.id, {
        decision: 'approve',
        ...(more === undefined ? {} : { data: more }),
      });
      expect(await over(stood, started.id)).toMatchObject({
        status: 'completed',
        cost_usd: usdFromNano(4 * COST_NANO),
      });
      expect(stood.http.requests).toHaveLength(4);
    });
  }

  test('ends the sub-run when a person does not want to raise it', async () => {
    const stood = await stand();
    await stood.workflows.create(BY, below);
    const { id } = await stood.workflows.create(BY, pausing({ calls: 2 }));
    const started = await stood.workflows.execute(BY, { workflowId: id, trigger: 'api' });
    await stood.workflows.inbox.decide(BY, (await asked(stood)).id, { decision: 'reject' });
    expect(await over(stood, started.id)).toMatchObject({ status: 'failed', error: { code: 'limit.budget' } });
    expect(stood.http.requests).toHaveLength(2);
  });

  test('for calls bounds them with it', async () => {
    const { run, http, workflows } = await stand();
    await workflows.create(BY, inner);
    const steps = [
      asking('own'),
      { name: 'two', type: 'parallel', config: { steps: [callInner('a'), callInner('b')] } },
    ];
    const done = await run({ name: 'whole', budget: { calls: 8, onExceed: 'stop' }, steps }, FIFTY);
    expect(done.status).toBe('completed');
    expect(http.requests).toHaveLength(8);
    expect(done.cost_usd).toBe(usdFromNano(8 * COST_NANO));
  });
});
