import { afterAll, beforeAll, expect, test } from 'vitest';
import { requires } from '../support/optional.ts';
import { VIEWS } from './support/browser.ts';
import { plantRuns } from './support/plant-runs.ts';
import { Stand } from './support/stand.ts';

/** A page is looked at in full by axe, or a person does many things; a busy machine takes its time. */
const FLOW_MS = 60_000;

requires('chromium')('the screen of evaluations', () => {
  let stand: Stand;
  let planted: Awaited<ReturnType<typeof plantRuns>>;

  beforeAll(async () => {
    stand = await Stand.start();
    const empty = await stand.person();
    await empty.open('/evaluations');
    await empty.page.getByText('Two runs over the same dataset can be compared.').waitFor();
    expect(await empty.whatIsWrong()).toEqual([]);
    await empty.leave();
    planted = await plantRuns(stand, 'questions');
  }, FLOW_MS);
  afterAll(() => stand.close());

  test.each(VIEWS)(
    'says which of two runs is better and how sure that is, $scheme and $width wide',
    async (view) => {
      const person = await stand.person({ view });
      await person.open('/evaluations');
      const line = person.page.getByRole('row', { name: /^exact/ }).first();
      await line.waitFor();
      const told = await stand.scene.weir.api('POST /api/v1/eval-runs/compare', {
        baseline: planted.baseline,
        candidate: planted.candidate,
      });
      const exact = told.json.metrics.find(({ metric }: { metric: string }) => metric === 'exact');
      expect(exact.verdict).toBe('better');
      const text = (await line.textContent()) ?? '';
      expect(text).toContain('25% to 90%');
      expect(text).toContain('+65');
      expect(text).toContain(`+${(exact.low * 100).toFixed(1)} to +${(exact.high * 100).toFixed(1)}`);
      expect(text).toContain('better');
      expect(await person.whatIsWrong()).toEqual([]);
      await person.leave();
    },
    FLOW_MS,
  );

  test(
    'begins a run by keyboard alone, and takes a score of a person for an answer',
    async () => {
      const person = await stand.person();
      await person.open('/evaluations');
      const { page } = person;
      await person.tabTo('New run');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByLabel('Model or route').waitFor();
      await page.locator('input[placeholder="openai/gpt-4o-mini"]:focus').waitFor();
      await page.keyboard.type('openai/gpt-4o-mini');
      await person.tabTo('Template', 20);
      await page.keyboard.type('say "{{ second }}"');
      expect(await person.whatIsWrong()).toEqual([]);
      await person.tabTo('Begin', 20);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Answers' }).waitFor();
      await page.getByText('40 of 40 results').waitFor({ timeout: 30_000 });
      await page.getByText('90%', { exact: true }).first().waitFor();
      const mine = page.getByRole('group', { name: 'Your quality of question-00' });
      await mine.getByRole('button', { name: '0.75' }).click();
      await mine.locator('[aria-pressed=true]').waitFor();
      const { json } = await stand.scene.weir.api('GET /api/v1/evaluations?metric=quality');
      expect(json.data).toMatchObject([{ score: 0.75, evaluator: 'human' }]);
      expect(person.errors).toEqual([]);
      await person.leave();
    },
    FLOW_MS,
  );

  test(
    'makes a dataset and its next versions; says what the server refuses',
    async () => {
      const person = await stand.person();
      await person.open('/evaluations');
      const { page } = person;
      await page.getByRole('button', { name: 'New dataset' }).click();
      await page.getByLabel('Name').fill('sums');
      await page.getByLabel('JSON, one item per line').fill('not json');
      await page.getByRole('button', { name: 'Make' }).click();
      await page
        .getByRole('alert')
        .getByText(/line 1/)
        .waitFor();
      await page.getByLabel('JSON, one item per line').fill('{"id": "a", "input": "1 + 1?", "expected": "2"}');
      await page.getByRole('button', { name: 'Make' }).click();
      await page.getByRole('heading', { name: 'sums', level: 1 }).waitFor();
      await page.getByRole('button', { name: 'Next version' }).click();
      await page.getByLabel('JSON, one item per line').fill('{"id": "b", "input": "2 + 2?", "expected": "4"}');
      await page.getByRole('button', { name: 'Make the next version' }).click();
      await page.getByRole('cell', { name: '2 + 2?' }).waitFor();
      await page.getByRole('button', { name: 'Remove a', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      await page.getByRole('cell', { name: '1 + 1?' }).waitFor({ state: 'detached' });
      expect(person.errors).toEqual([]);
      await person.leave();
    },
    FLOW_MS,
  );
});
