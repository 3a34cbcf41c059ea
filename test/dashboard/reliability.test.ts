import { afterAll, beforeAll, expect, test } from 'vitest';
import { requires } from '../support/optional.ts';
import { VIEWS } from './support/browser.ts';
import { Stand } from './support/stand.ts';

/** A page is looked at in full by axe; a busy machine takes its time. */
const FLOW_MS = 60_000;
const FAST = 'openai/gpt-4o-mini';
const CLAUDE = 'anthropic/claude-sonnet-5';

requires('chromium')('the screen of reliability', () => {
  let stand: Stand;

  beforeAll(async () => {
    stand = await Stand.start({ config: { retry: { max_attempts: 0 }, cache: { exact: { enabled: false } } } });
    const empty = await stand.person();
    await empty.open('/reliability');
    await empty.page.getByText('Nothing was asked in the last 24 hours.').waitFor();
    expect(await empty.whatIsWrong()).toEqual([]);
    await empty.leave();
    for (let call = 0; call < 3; call++) await stand.scene.chat({ model: FAST });
    stand.scene.simulator.faults.add({ match: { path: '/v1/messages' }, fault: 'status', times: 'always' });
    expect((await stand.scene.chat({ model: CLAUDE })).status).toBeGreaterThanOrEqual(500);
  }, FLOW_MS);
  afterAll(() => stand.close());

  test.each(VIEWS)(
    'shows which provider fails, when, and what users saw, $scheme and $width wide',
    async (view) => {
      const person = await stand.person({ view });
      await person.open('/reliability');
      const { page } = person;
      const grid = page.getByRole('region', { name: 'Providers over the last 24 hours' });
      await grid
        .getByRole('row', { name: /^anthropic/ })
        .getByRole('img', { name: /0% of 1 succeeded/ })
        .waitFor();
      await grid
        .getByRole('row', { name: /^openai/ })
        .getByRole('img', { name: /100% of 3 succeeded/ })
        .waitFor();
      await page.getByText('3 of 4', { exact: true }).waitFor();
      await page.getByRole('row', { name: /^openai\/gpt-4o-mini .*closed: calls go there/ }).waitFor();
      expect(await person.whatIsWrong()).toEqual([]);
      await person.leave();
    },
    FLOW_MS,
  );

  test(
    'leads to a call that failed, by keyboard alone',
    async () => {
      const person = await stand.person();
      await person.open('/reliability');
      const { page } = person;
      await page.getByRole('region', { name: 'Calls that failed' }).getByRole('link').first().waitFor();
      await person.tabTo('anthropic/claude-sonnet-5');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/requests\/./);
      expect(person.errors).toEqual([]);
      await person.leave();
    },
    FLOW_MS,
  );

  test(
    'says which breaker opened, by itself, when it does',
    async () => {
      const person = await stand.person();
      await person.open('/reliability');
      const { page } = person;
      await page.getByRole('row', { name: /^anthropic\/claude-sonnet-5 .*closed/ }).waitFor();
      for (let call = 0; call < 4; call++) await stand.scene.chat({ model: CLAUDE });
      await page
        .getByRole('row', { name: /^anthropic\/claude-sonnet-5 .*open: (no calls|one call tries it) .*upstream/ })
        .waitFor();
      expect(person.errors).toEqual([]);
      await person.leave();
    },
    FLOW_MS,
  );
});
