import { describe, expect, test } from 'vitest';
import { budgetStand } from '../../../../test/support/budget-stand.ts';
import { requirement } from '../../../../test/support/requirement.ts';
import { DAY_MS } from '../../kernel/time.ts';

const DEAR = { approve_above_usd: 0.0001 };
const APPROVAL = /^inbox_[0-9a-f]{32}$/;

const idOf = (error: { details: Record<string, unknown> } | undefined) => String(error?.details.approval_id);

describe(requirement('A17c'), () => {
  test('a dear call is refused with the request that waits, and passes once when somebody approved it', async () => {
    const { ask, decide, http, items } = await budgetStand(DEAR);
    const first = await ask();
    expect(first).toMatchObject({ code: 'approval.required', status: 402, details: { scope: 'key' } });
    expect(idOf(first)).toMatch(APPROVAL);
    expect(idOf(await ask())).toBe(idOf(first));
    expect(await items()).toMatchObject([{ id: idOf(first), kind: 'call', status: 'open', run_id: null }]);
    await decide(idOf(first), 'approved');
    expect(http.requests).toEqual([]);
    expect(await ask()).toBeUndefined();
    const again = await ask();
    expect(again?.code).toBe('approval.required');
    expect(idOf(again)).not.toBe(idOf(first));
    expect(http.requests).toHaveLength(1);
  });

  test('an approval is for one call: same key, same body, and of many at once one passes', async () => {
    const { ask, decide } = await budgetStand(DEAR);
    const error = await ask();
    await decide(idOf(error), 'approved');
    const caller = { keyId: 'key_2', projectId: 'default', role: 'inference', models: undefined, routes: undefined };
    expect((await ask({ max_tokens: 101 }))?.code).toBe('approval.required');
    // Another key has no budget here that asks.
    expect(await ask({}, { caller })).toBeUndefined();
    const all = await Promise.all(Array.from({ length: 8 }, (_, at) => ask({}, { id: `req_${at}` })));
    expect(all.filter((each) => each === undefined)).toHaveLength(1);
  });

  test('a request and an approval are good for a day', async () => {
    const { ask, decide, clock, inbox } = await budgetStand(DEAR);
    const first = idOf(await ask());
    clock.advance(DAY_MS);
    const second = idOf(await ask());
    expect(second).not.toBe(first);
    expect(await inbox.get('default', first)).toMatchObject({ status: 'expired' });
    await decide(second, 'approved');
    clock.advance(DAY_MS);
    const third = idOf(await ask());
    expect([first, second]).not.toContain(third);
  });

  test('a rejected call stays refused, and the reply says so', async () => {
    const { ask, decide, items } = await budgetStand(DEAR);
    const id = idOf(await ask());
    await decide(id, 'rejected');
    const refused = await ask();
    expect(idOf(refused)).toBe(id);
    expect(refused?.message).toContain('was rejected');
    expect(await items()).toHaveLength(1);
  });

  test('an approved call may use cheaper targets and none that are dearer', async () => {
    const { ask, decide, http } = await budgetStand(DEAR);
    const route = { model: 'cheapFirst' };
    const id = idOf(await ask(route));
    http.onRequest = (sent) => sent.answer(503, { error: { message: 'down' } });
    await decide(id, 'approved');
    const dearer = await ask(route);
    expect(http.requests).toHaveLength(1);
    expect(dearer?.code).toBe('approval.required');
    expect(idOf(dearer)).not.toBe(id);
  });

  test('what the inbox shows has the cost and whose call it is, and nothing of the prompt', async () => {
    const { ask, items } = await budgetStand(DEAR);
    await ask({ messages: [{ role: 'user', content: 'a private matter' }] });
    const [item] = await items();
    expect(JSON.parse(item?.detail ?? '')).toMatchObject({
      key_id: 'key_1',
      model: 'gpt-4o-mini',
      approve_above_usd: 0.0001,
    });
    expect(JSON.stringify(item)).not.toContain('private');
  });

  test('a call of a run makes no request of its own: the run asks, and what was approved for it passes', async () => {
    const { ask, items } = await budgetStand(DEAR);
    const run = {
      runId: 'r',
      step: 's',
      idempotencyKey: undefined,
      budgets: [],
      allowances: [],
      keep: undefined,
      beside: undefined,
    };
    expect(await ask({}, { run: { ...run, isApproved: false } })).toMatchObject({
      code: 'approval.required',
      details: { approval_id: null },
    });
    expect(await items()).toEqual([]);
    expect(await ask({}, { run: { ...run, isApproved: true } })).toBeUndefined();
  });
});
