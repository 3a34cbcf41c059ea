import { plant } from '../support/plant.ts';
import type { Actions } from './performed-action.ts';

export const settingActions: Actions = {
  'POST /api/v1/projects': async (person) => {
    const { page } = person;
    await person.open('/settings');
    await page.getByRole('textbox', { name: 'New project' }).fill('project-by-action');
    await page.keyboard.press('Enter');
    await page.getByText('The project is made').waitFor();
    await page.getByRole('row', { name: /^project-by-action/ }).waitFor();
  },

  'PUT /api/v1/projects/:id/policy': async (person, stand) => {
    const { page } = person;
    await plant(stand, 'POST /api/v1/projects', { name: 'project-with-policy' });
    const row = page.getByRole('row', { name: /^project-with-policy/ });
    await person.open('/settings');
    await row.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('textbox', { name: 'Policy, in JSON' }).press('Control+a');
    await page.keyboard.insertText('{"guardrails": {"pii": "redact"}}');
    await page.getByRole('button', { name: 'Save the policy' }).click();
    await page.getByText('The policy holds from now on').waitFor();
    await person.open('/settings');
    await row.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('textbox', { name: 'Policy, in JSON' }).getByText('"redact"').waitFor();
  },

  'DELETE /api/v1/users/:id/content': async (person, stand) => {
    const { page } = person;
    await plant(stand, 'POST /api/v1/llm/chat', {
      ...{ model: 'openai/gpt-4o-mini', prompt: 'my secret', user_id: 'user-to-forget' },
    });
    await person.open('/settings');
    await page.getByLabel('User to forget').fill('user-to-forget');
    await page.getByRole('button', { name: 'Erase' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
    await page.getByText('Erased: 1 thing.').waitFor();
  },

  'POST /api/v1/usage/reconcile': async (person, stand) => {
    const { page } = person;
    await stand.scene.chat({ model: 'openai/gpt-4o-mini' });
    const billed = [{ provider: 'openai', model: 'model-of-bill', input_tokens: 5, output_tokens: 1, cost_usd: 0.25 }];
    await person.open('/settings');
    const form = page.getByRole('form', { name: 'Usage export' });
    await form.getByLabel('Of provider').selectOption('openai');
    const chooser = page.waitForEvent('filechooser');
    await form.getByRole('button', { name: 'Usage export' }).click();
    await (await chooser).setFiles({
      ...{ name: 'usage.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(billed)) },
    });
    await form.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('row', { name: /openai\/model-of-bill.*\$0\.25/ }).waitFor();
  },
};
