import { afterAll, beforeAll, expect, test } from 'vitest';
import { requires } from '../support/optional.ts';
import { VIEWS } from './support/browser.ts';
import { plant } from './support/plant.ts';
import { Stand } from './support/stand.ts';

const PROMPT = 'help/answer';
const ADDRESS = `/prompts/${encodeURIComponent(PROMPT)}`;

/** A page is looked at in full by axe, or a person does many things; a busy machine takes its time. */
const FLOW_MS = 60_000;

requires('chromium')('the screen of prompts', () => {
  let stand: Stand;

  beforeAll(async () => {
    stand = await Stand.start();
    const make = (content: string, message: string, labels: readonly string[]) =>
      stand.scene.weir.api('POST /api/v1/prompts', {
        ...{ name: PROMPT, message, labels, model_config: { model: 'openai/gpt-4o-mini' } },
        messages: [{ role: 'user', content }],
      });
    expect((await make('say "{{ topic }}"', 'The first one', ['production'])).status).toBe(201);
    expect((await make('Please say "{{ topic }}"', 'Politer', ['staging'])).status).toBe(201);
  });
  afterAll(() => stand.close());

  /** A project begins with prompts of ours, which somebody may take away. */
  const projectWithoutPrompts = async () => {
    const { id } = await plant(stand, 'POST /api/v1/projects', { name: 'without-prompts' });
    const { data } = await plant(stand, `GET /api/v1/prompts?project_id=${id}`);
    for (const { name } of data)
      await plant(stand, `DELETE /api/v1/prompts/${encodeURIComponent(name)}?project_id=${id}`);
    return id;
  };

  test.each(VIEWS)(
    'shows versions, labels and what changed, $scheme and $width wide',
    async (view) => {
      const person = await stand.person({ view });
      await person.open('/prompts');
      const { page } = person;
      await page.getByRole('link', { name: PROMPT }).click();
      await page.getByRole('heading', { name: PROMPT, level: 1 }).waitFor();
      await page.getByRole('cell', { name: 'version 1', exact: true }).waitFor();
      const stops = page.getByRole('list', { name: 'Versions' }).getByRole('listitem');
      expect(await stops.allTextContents()).toEqual([
        expect.stringMatching(/^2Politerstaginglatest/),
        expect.stringMatching(/^1The first oneproduction/),
      ]);
      await page.getByRole('textbox', { name: 'Version 2' }).getByText('Please say').waitFor();
      expect(await person.whatIsWrong()).toEqual([]);
      await person.leave();
    },
    FLOW_MS,
  );

  test(
    'runs a version by keyboard alone; the call is recorded with its prompt',
    async () => {
      const person = await stand.person();
      await person.open(ADDRESS);
      const { page } = person;
      await person.tabTo(/^topic/);
      await page.keyboard.type('the weir holds');
      await person.tabTo('Run', 3);
      await page.keyboard.press('Enter');
      await page.getByText('the weir holds', { exact: true }).last().waitFor();
      await page.locator('main [aria-busy=true]').waitFor({ state: 'detached' });
      const [record] = await stand.scene.records();
      expect(record).toMatchObject({ prompt: PROMPT, prompt_version: 2, stream: true, success: true });
      await page.getByRole('button', { name: 'Render' }).click();
      await page.getByRole('list', { name: 'Rendered' }).getByText('Please say "the weir holds"').waitFor();
      await page.getByLabel(/^topic/).fill('');
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByRole('alert').getByText(/topic/).waitFor();
      expect(person.errors).toEqual([]);
      await person.leave();
    },
    FLOW_MS,
  );

  test(
    'makes a version, moves a label to it, tells the history and rolls back',
    async () => {
      const person = await stand.person();
      await person.open(ADDRESS);
      const { page } = person;
      await page.getByRole('button', { name: 'New version' }).click();
      await page.getByRole('textbox', { name: 'Message 1' }).fill('Say nothing but "{{ topic }}"');
      await page.getByLabel('What changed').fill('Stricter');
      await page.getByRole('button', { name: 'Make the version' }).click();
      await page.getByRole('list', { name: 'Versions' }).getByText('Stricter').waitFor();

      await page.getByRole('button', { name: 'Move production' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('And for some calls').selectOption('1');
      await dialog.getByLabel('Why').fill('It scored better');
      await dialog.getByRole('button', { name: 'Move', exact: true }).click();
      await page.getByRole('cell', { name: 'version 3 (90%), version 1 (10%)' }).waitFor();

      await page
        .getByRole('row', { name: /^production/ })
        .getByRole('button', { name: 'History' })
        .click();
      const history = page.getByRole('list', { name: 'History of production' });
      await history.getByText('It scored better').waitFor();
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: 'Roll back production' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
      await page.getByRole('cell', { name: 'version 1', exact: true }).waitFor();

      await page.getByRole('button', { name: 'Rules of production' }).click();
      await page.getByRole('dialog').getByLabel('Dataset').fill('questions');
      await page.getByRole('button', { name: 'Set the rules' }).click();
      await page.getByRole('cell', { name: 'not worse on questions' }).waitFor();
      await page.getByRole('button', { name: 'Move production' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Move', exact: true }).click();
      await page
        .getByRole('alert')
        .getByText(/questions/)
        .waitFor();
      expect(person.errors).toEqual([]);
      await person.leave();
    },
    FLOW_MS,
  );

  test(
    'says in a project without any what a prompt is, and leads to the first',
    async () => {
      const id = await projectWithoutPrompts();
      const person = await stand.person();
      await person.open('/prompts');
      const { page } = person;
      await page.getByLabel('Project').selectOption(id);
      await page.getByText('No prompt yet.').waitFor();
      await page.getByText('A prompt is a template with variables').waitFor();
      expect(await person.whatIsWrong()).toEqual([]);
      await page.getByRole('button', { name: 'Make the first one' }).click();
      await page.getByLabel('Name').fill('greeting');
      await page.getByRole('textbox', { name: 'Message 1' }).fill('Greet {{ guest }}.');
      await page.getByRole('button', { name: 'Make the prompt' }).click();
      await page.getByRole('heading', { name: 'greeting', level: 1 }).waitFor();
      await page.getByLabel(/^guest/).waitFor();
      expect(await person.whatIsWrong()).toEqual([]);
      await person.leave();
    },
    FLOW_MS,
  );

  test(
    'offers every action of a label on a phone, in a menu per row',
    async () => {
      const person = await stand.person({ view: { scheme: 'light', width: 390 } });
      await person.open(ADDRESS);
      const { page } = person;
      const choose = async (action: string) => {
        await page.getByRole('button', { name: 'Do with production' }).click();
        await page.getByRole('menuitem', { name: action }).click();
        return page.getByRole('dialog');
      };
      await page.getByRole('button', { name: 'Do with production' }).click();
      await page.getByRole('menuitem').first().waitFor();
      expect(await page.getByRole('menuitem').allTextContents()).toEqual([
        ...['History of production', 'Move production', 'Roll back production', 'Take away production'],
        'Rules of production',
      ]);
      expect(await person.whatIsWrong()).toEqual([]);
      await page.keyboard.press('Escape');

      const rules = await choose('Rules of production');
      await rules.getByLabel('Dataset').fill('');
      await rules.getByRole('button', { name: 'Set the rules' }).click();
      await rules.waitFor({ state: 'detached' });
      const move = await choose('Move production');
      await move.getByLabel('To version').selectOption('2');
      await move.getByRole('button', { name: 'Move', exact: true }).click();
      await page.getByRole('row', { name: /^production version 2/ }).waitFor();
      await (await choose('Roll back production')).getByRole('button', { name: 'Roll back' }).click();
      await page.getByRole('row', { name: /^production version 1/ }).waitFor();
      await (await choose('Take away production')).getByRole('button', { name: 'Take away' }).click();
      await page.getByRole('row', { name: /^production nowhere/ }).waitFor();
      await (await choose('History of production')).getByText('taken away').waitFor();
      expect(person.errors).toEqual([]);
      await person.leave();
    },
    FLOW_MS,
  );
});
