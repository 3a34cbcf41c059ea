import { plant } from '../support/plant.ts';
import type { Actions } from './performed-action.ts';

export const keyActions: Actions = {
  'POST /api/v1/keys': async (person) => {
    const { page } = person;
    await person.open('/keys');
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByLabel('Name').fill('made-by-action');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'made-by-action is made' }).waitFor();
  },

  'PATCH /api/v1/keys/:id': async (person, stand) => {
    const { page } = person;
    const { id } = await plant(stand, 'POST /api/v1/keys', { name: 'key-to-change' });
    await person.open(`/keys/${id}`);
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByRole('textbox', { name: 'Calls a minute' }).fill('7');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('region', { name: 'Limits now' }).getByText('0 of 7').waitFor();
  },

  'DELETE /api/v1/keys/:id': async (person, stand) => {
    const { page } = person;
    const { id } = await plant(stand, 'POST /api/v1/keys', { name: 'key-to-revoke' });
    await person.open(`/keys/${id}`);
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('revoked', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Revoke' }).waitFor({ state: 'detached' });
  },

  'PUT /api/v1/users/:id': async (person) => {
    const { page } = person;
    await person.open('/keys');
    await page.getByLabel('User', { exact: true }).fill('user-to-limit');
    await page.getByRole('button', { name: 'Look up' }).click();
    const form = page.getByRole('form', { name: 'Limits of user-to-limit' });
    await form.getByRole('textbox', { name: 'Tokens a day' }).fill('1234');
    await form.getByRole('button', { name: 'Set them' }).click();
    await page.getByRole('region', { name: 'Limits now' }).getByText('0 of 1,234').waitFor();
  },

  'PUT /api/v1/budgets': async (person) => {
    const { page } = person;
    await person.open('/keys');
    await page.getByRole('button', { name: 'Set a budget' }).click();
    await page.getByLabel('For a').selectOption('user');
    await page.getByLabel('Which user').fill('user-with-budget');
    await page.getByLabel('US dollars').fill('9.5');
    await page.getByRole('button', { name: 'Set it' }).click();
    await page.getByRole('row', { name: /user-with-budget.*\$9\.50 a day/ }).waitFor();
  },

  'DELETE /api/v1/budgets': async (person, stand) => {
    const { page } = person;
    await plant(stand, 'PUT /api/v1/budgets', { scope: 'user', id: 'user-set-free', usd: 1, period: 'week' });
    await person.open('/keys');
    const row = page.getByRole('row', { name: /user-set-free/ });
    await row.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await row.waitFor({ state: 'detached' });
  },
};
