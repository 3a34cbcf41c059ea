import { describe, expect, test } from 'vitest';
import { requires } from '../support/optional.ts';
import { INCIDENTS } from './incidents/incidents.ts';
import { Stand } from './support/stand.ts';

/** What a person sees without scrolling. */
const VISIBLE_PX = 900;

requires('chromium')('home', () => {
  describe.each(INCIDENTS)('with the incident $cause', ({ cause, says, config, before, plant }) => {
    test('says so in at most twelve words, and does not say it without', async () => {
      const stand = await Stand.start(config === undefined ? {} : { config });
      try {
        await before(stand.scene);
        const calm = await stand.person();
        await calm.page.getByText('All is well.').waitFor();
        expect(await calm.page.getByRole('status').count()).toBe(0);
        const { url } = stand;
        await plant(stand.scene);
        // A server that was restarted has another address; else the statement comes to the page by itself.
        const visitor = stand.url === url ? calm : await stand.person();
        const statement = visitor.page.locator(`[role=status][data-cause=${cause}]`);
        await statement.waitFor({ timeout: 30_000 });
        const sentence = (await statement.textContent()) ?? '';
        for (const words of says) expect(sentence).toMatch(words);
        expect(sentence.trim().split(/\s+/).length).toBeLessThanOrEqual(12);
        const box = await statement.boundingBox();
        expect((box?.y ?? VISIBLE_PX) + (box?.height ?? 0)).toBeLessThanOrEqual(VISIBLE_PX);
        expect(await statement.getByRole('link').getAttribute('href')).toMatch(/^\/\w+/);
        expect(await visitor.whatIsWrong()).toEqual([]);
      } finally {
        await stand.close();
      }
    }, 120_000);
  });
});
