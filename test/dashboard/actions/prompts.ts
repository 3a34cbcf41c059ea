import { plant } from '../support/plant.ts';
import type { Stand } from '../support/stand.ts';
import type { Actions } from './performed-action.ts';

export const promptActions: Actions = {
  'POST /api/v1/prompts': async (person) => {
    const { page } = person;
    await person.open('/prompts');
    await page.getByRole('button', { name: 'New prompt' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('acts/made');
    await dialog.getByRole('textbox', { name: 'Message 1' }).fill('Explain {{ topic }}.');
    await dialog.getByRole('button', { name: 'Make the prompt' }).click();
    await page.getByRole('heading', { name: 'acts/made', level: 1 }).waitFor();
  },

  'DELETE /api/v1/prompts/:name': async (person, stand) => {
    const { page } = person;
    await person.open(await promptOf(stand, 'acts/archived'));
    await page.getByRole('button', { name: 'Archive' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
    await page.getByRole('heading', { name: 'Prompts', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'acts/archived' }).waitFor({ state: 'detached' });
  },

  'POST /api/v1/prompts/:name/render': async (person, stand) => {
    const { page } = person;
    await person.open(await promptOf(stand, 'acts/rendered'));
    await page.getByLabel(/^topic/).fill('weirs');
    await page.getByRole('button', { name: 'Render' }).click();
    await page.getByRole('list', { name: 'Rendered' }).getByText('Explain weirs, again.').waitFor();
  },

  'PUT /api/v1/prompts/:name/labels/:label': async (person, stand) => {
    const { page } = person;
    await person.open(await promptOf(stand, 'acts/moved'));
    await page.getByRole('button', { name: 'Move production' }).click();
    await page.getByRole('dialog').getByLabel('To version').selectOption('2');
    await page.getByRole('dialog').getByRole('button', { name: 'Move', exact: true }).click();
    await page.getByRole('row', { name: /^production version 2/ }).waitFor();
  },

  'DELETE /api/v1/prompts/:name/labels/:label': async (person, stand) => {
    const { page } = person;
    await person.open(await promptOf(stand, 'acts/unlabelled'));
    await page.getByRole('button', { name: 'Take away production' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take away' }).click();
    await page.getByRole('row', { name: /^production nowhere/ }).waitFor();
  },

  'PATCH /api/v1/prompts/:name/labels/:label': async (person, stand) => {
    const { page } = person;
    await person.open(await promptOf(stand, 'acts/ruled'));
    await page.getByRole('button', { name: 'Rules of production' }).click();
    await page.getByRole('dialog').getByLabel('Only operators move it').click();
    await page.getByRole('button', { name: 'Set the rules' }).click();
    await page.getByRole('row', { name: /^production version 1 an operator/ }).waitFor();
  },

  'POST /api/v1/prompts/:name/labels/:label/rollback': async (person, stand) => {
    const { page } = person;
    const address = await promptOf(stand, 'acts/rolled-back');
    await plant(stand, 'PUT /api/v1/prompts/acts%2Frolled-back/labels/production', { version: 2 });
    await person.open(address);
    await page.getByRole('row', { name: /^production version 2/ }).waitFor();
    await page.getByRole('button', { name: 'Roll back production' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await page.getByRole('row', { name: /^production version 1/ }).waitFor();
  },
};

/** Plants a prompt of two versions, the first of them in production, and gives its address. */
async function promptOf(stand: Stand, name: string): Promise<string> {
  const version = { name, model_config: { model: 'openai/gpt-4o-mini' } };
  const say = (content: string) => [{ role: 'user', content }];
  await plant(stand, 'POST /api/v1/prompts', {
    ...{ ...version, messages: say('Explain {{ topic }}.'), labels: ['production'] },
  });
  await plant(stand, 'POST /api/v1/prompts', { ...version, messages: say('Explain {{ topic }}, again.') });
  return `/prompts/${encodeURIComponent(name)}`;
}
