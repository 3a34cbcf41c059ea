import type { Actions } from './performed-action.ts';

export const cacheActions: Actions = {
  'DELETE /api/v1/cache': async (person, stand) => {
    const { page } = person;
    const headers = { 'x-weir-cache': 'use' };
    await stand.scene.chat({ model: 'openai/gpt-4o-mini', prompt: 'Kept until somebody empties the cache?', headers });
    await person.open('/cache');
    await page.getByRole('button', { name: 'Empty the cache' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Empty the cache' }).click();
    await page.getByRole('status').getByText('1 reply is gone').waitFor();
  },
};
