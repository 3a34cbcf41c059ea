import { afterAll, beforeAll, expect, test } from 'vitest';
import { requires } from '../support/optional.ts';
import { VIEWS } from './support/browser.ts';
import { Stand } from './support/stand.ts';

/** A page is looked at in full by axe, or a person does many things; a busy machine takes its time. */
const FLOW_MS = 60_000;

requires('chromium')('the screen of the cache', () => {
  let stand: Stand;
  const ask = (prompt: string, cache = 'use') =>
    stand.scene.chat({ model: 'openai/gpt-4o-mini', prompt, headers: { 'x-weir-cache': cache } });

  beforeAll(async () => {
    stand = await Stand.start();
    const empty = await stand.person();
    await empty.open('/cache');
    await empty.page.getByText('No call asked the cache in the last 24 hours.').waitFor();
    expect(await empty.whatIsWrong()).toEqual([]);
    await empty.leave();
    for (const prompt of ['What is a weir?', 'What is a weir?', 'What is a dam?', 'What is a weir?']) await ask(prompt);
    await ask('Passed by.', 'bypass');
  });
  afterAll(() => stand.close());

  test.each(VIEWS)(
    'shows hits, misses and what was saved, $scheme and $width wide',
    async (view) => {
      const person = await stand.person({ view });
      await person.open('/cache');
      const { page } = person;
      await page.getByText('2 of 4', { exact: true }).waitFor();
      const picture = page.getByRole('img', { name: /2 misses, 0 hits by meaning, 2 hits/ });
      expect(await picture.count()).toBe(1);
      const { json } = await stand.scene.weir.api('GET /api/v1/usage/report');
      expect(json.saved_usd).toBeGreaterThan(0);
      const row = await page.getByRole('row', { name: /gpt-4o-mini/ }).textContent();
      expect(row).toContain('50%');
      expect(await person.whatIsWrong()).toEqual([]);
      await person.leave();
    },
    FLOW_MS,
  );

  test(
    'is emptied by keyboard alone, after a question',
    async () => {
      const person = await stand.person();
      await person.open('/cache');
      const { page } = person;
      await person.tabTo('Empty the cache');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByText('All kept replies of the project default').waitFor();
      expect(await person.whatIsWrong()).toEqual([]);
      await page.keyboard.press('Enter');
      await page.getByText('2 replies are gone').waitFor();
      expect((await ask('What is a weir?')).headers.get('x-weir-cache')).toBe('miss');
      await person.leave();
    },
    FLOW_MS,
  );

  test(
    'is switched on for a whole project',
    async () => {
      const person = await stand.person();
      await person.open('/cache');
      const { page } = person;
      await page.getByLabel('Calls use it').selectOption('yes');
      await page.getByLabel('Replies are given for, seconds').fill('60');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved, for the next call').waitFor();
      const { json } = await stand.scene.weir.api('GET /api/v1/projects/default/policy');
      expect(json.cache).toMatchObject({ enabled: true, ttl_s: 60 });
      const plain = () => stand.scene.chat({ model: 'openai/gpt-4o-mini', prompt: 'Without a word of caching?' });
      await plain();
      expect((await plain()).headers.get('x-weir-cache')).toBe('hit');
      expect(person.errors).toEqual([]);
      await person.leave();
    },
    FLOW_MS,
  );
});
