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
};
