import { describe, expect, test } from 'vitest';
import { budgetStand } from '../../../../test/support/budget-stand.ts';
import { DAY_MS } from '../../kernel/time.ts';

/** Too little for the worst case of a call, which is about 0.0003 USD. */
const PAUSE = { usd: 0.0001, on_exceed: 'pause' } as const;

const idOf = (error: { details: Record<string, unknown> } | undefined) => String(error?.details.approval_id);

describe('a budget that pauses', () => {
  test('asks once for more, refuses until somebody approves, and goes on with the new limit', async () => {
    const { ask, decide, items } = await budgetStand(PAUSE);
    const first = await ask();
    expect(first).toMatchObject({ code: 'limit.budget', status: 402, details: { on_exceed: 'pause', limit: 0.0001 } });
    expect(idOf(await ask())).toBe(idOf(first));
    const [item, ...others] = await items();
    expect(others).toEqual([]);
    expect(item).toMatchObject({ id: idOf(first), kind: 'budget', status: 'open' });
    expect(JSON.parse(item?.form ?? '')).toMatchObject({
      properties: { usd: { exclusiveMinimum: 0.0001, default: 0.0002 } },
    });
    await decide(idOf(first), 'approved', { usd: 0.001 });
    expect(await ask()).toBeUndefined();
  });

  test('asks anew when the raised limit is used up, and says that limit', async () => {
    const { ask, decide } = await budgetStand(PAUSE);
    const first = idOf(await ask());
    await decide(first, 'approved', { usd: 0.0004 });
    let refused = await ask();
    for (let calls = 0; refused === undefined && calls < 100; calls++) refused = await ask();
    expect(refused).toMatchObject({ code: 'limit.budget', details: { limit: 0.0004 } });
    expect(idOf(refused)).not.toBe(first);
  });

  test('is twice as high when nobody says how high', async () => {
    const { ask, decide } = await budgetStand({ ...PAUSE, usd: 0.0002 });
    await decide(idOf(await ask()), 'approved');
    expect(await ask()).toBeUndefined();
  });

  test('stays used up when more is rejected', async () => {
    const { ask, decide, items } = await budgetStand(PAUSE);
    await decide(idOf(await ask()), 'rejected');
    expect((await ask())?.message).toContain('was rejected');
    expect(await items()).toHaveLength(1);
  });

  test('is raised for the period that runs, and no other', async () => {
    const { ask, decide, clock } = await budgetStand(PAUSE);
    const first = idOf(await ask());
    await decide(first, 'approved', { usd: 1 });
    expect(await ask()).toBeUndefined();
    clock.advance(DAY_MS);
    const tomorrow = await ask({}, { startedAt: clock.now() });
    expect(tomorrow).toMatchObject({ code: 'limit.budget', details: { limit: 0.0001 } });
    expect(idOf(tomorrow)).not.toBe(first);
  });

  test('is known to be raised by another process, and after a restart', async () => {
    const { ask, decide, inbox } = await budgetStand(PAUSE);
    await decide(idOf(await ask()), 'approved', { usd: 1 });
    const other = await budgetStand(PAUSE, { inbox });
    expect(await other.ask()).toBeUndefined();
  });

  test('that only stops asks nobody', async () => {
    const { ask, items } = await budgetStand({ usd: 0.0001 });
    const refused = await ask();
    expect(refused?.code).toBe('limit.budget');
    expect(refused?.details).not.toHaveProperty('approval_id');
    expect(await items()).toEqual([]);
  });
});
