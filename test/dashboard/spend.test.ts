import { afterAll, beforeAll, expect, test } from 'vitest';
import { requires } from '../support/optional.ts';
import { requirement } from '../support/requirement.ts';
import { VIEWS } from './support/browser.ts';
import { Stand } from './support/stand.ts';

/** A page is looked at in full by axe; a busy machine takes its time. */
const FLOW_MS = 60_000;
const FAST = 'openai/gpt-4o-mini';
const CLAUDE = 'anthropic/claude-sonnet-5';

requires('chromium')(requirement('E12d'), () => {
  let stand: Stand;

  beforeAll(async () => {
    stand = await Stand.start({ config: { cache: { exact: { enabled: false } } } });
    const empty = await stand.person();
    await empty.open('/spend');
    await empty.page.getByText('Nothing was asked in the last 24 hours.').waitFor();
    await empty.page.getByText('Nothing bounds what is spent here.').waitFor();
    expect(await empty.whatIsWrong()).toEqual([]);
    await empty.leave();
    const { weir } = stand.scene;
    const made = await weir.api('POST /api/v1/keys', { name: 'shop', budget: { usd: 5, period: 'day' } });
    const headers = { authorization: `Bearer ${made.json.key}`, 'x-weir-agent': 'planner' };
    for (const model of [FAST, FAST, CLAUDE]) expect((await stand.scene.chat({ model, headers })).status).toBe(200);
    await stand.scene.chat({ model: FAST });
  }, FLOW_MS);
  afterAll(() => stand.close());

  test.each(VIEWS)(
    'shows what was spent, by whom, and what is left, $scheme and $width wide',
    async (view) => {
      const person = await stand.person({ view });
      await person.open('/spend');
      const { page } = person;
      await page.getByRole('row', { name: /^shop / }).waitFor();
      const { json } = await stand.scene.weir.api('GET /api/v1/usage/report');
      expect(json.total_cost).toBeGreaterThan(0);
      await page.getByRole('progressbar', { name: /Used of key .*, day/ }).waitFor();
      expect(await page.getByRole('row', { name: /lasts/ }).count()).toBe(1);
      expect(await person.whatIsWrong()).toEqual([]);
      await person.leave();
    },
    FLOW_MS,
  );

  test(
    'breaks it down by key, agent and model, by keyboard alone, and keeps that in the address',
    async () => {
      const person = await stand.person();
      await person.open('/spend');
      const { page } = person;
      await person.tabTo('Key');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.getByRole('row', { name: /^planner .* 3 / }).waitFor();
      expect(new URL(page.url()).searchParams.get('by')).toBe('agent');
      await page.keyboard.press('ArrowRight');
      await page.getByRole('row', { name: /^claude-sonnet-5 .* 1 / }).waitFor();
      expect(person.errors).toEqual([]);
      await person.leave();
    },
    FLOW_MS,
  );
});

requires('chromium')(requirement('E12e'), () => {
  test(
    'shows the calls of each hour, by model',
    async () => {
      const stand = await Stand.start({ config: { cache: { exact: { enabled: false } } } });
      for (const model of [FAST, FAST, CLAUDE]) await stand.scene.chat({ model });
      const person = await stand.person();
      await person.open('/spend');
      const picture = person.page.getByRole('img', {
        name: 'Calls per hour over the last 24 hours, by model: gpt-4o-mini 2, claude-sonnet-5 1.',
      });
      await picture.waitFor();
      expect(await picture.count()).toBe(1);
      await person.leave();
      await stand.close();
    },
    FLOW_MS,
  );
});
