import type { Actions } from './performed-action.ts';

export const sessionActions: Actions = {
  'POST /api/v1/session': async (person, stand) => {
    const { page } = person;
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Weir key').fill(stand.scene.weir.adminKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation').waitFor();
  },

  'DELETE /api/v1/session': async ({ page }) => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  },
};
