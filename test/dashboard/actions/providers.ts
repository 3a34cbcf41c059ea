import type { Visitor } from '../support/browser.ts';
import { plant } from '../support/plant.ts';
import type { Actions } from './performed-action.ts';

export const providerActions: Actions = {
  'POST /api/v1/credentials': async (person) => {
    await storeCredential(person, { provider: 'backup', secret: 'sk-stored-by-action-crd1' });
    await person.page.getByRole('row', { name: /backup …crd1 default/ }).waitFor();
  },

  'DELETE /api/v1/credentials/:id': async (person, stand) => {
    const { page } = person;
    const credential = { provider: 'backup', secret: 'sk-to-be-deleted-crd2', user_id: 'user-of-deleted' };
    await plant(stand, 'POST /api/v1/credentials', credential);
    await person.open('/providers');
    const row = page.getByRole('row', { name: /…crd2 user-of-deleted/ });
    await row.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
  },

  'POST /api/v1/tokens': async (person, stand) => {
    const { page } = person;
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await person.signIn(await stand.scene.weir.key({ name: 'stores-tokens', role: 'developer' }));
    await storeCredential(person, { provider: 'backup', secret: 'sk-of-a-user-crd3', user: 'user-with-token' });
    await page.getByRole('row', { name: /backup …crd3 user-with-token/ }).waitFor();
  },

  'POST /api/sampling/providers/:provider/configure': async (person) => {
    await storeCredential(person, { provider: 'backup', secret: 'sk-of-the-server-crd4', scope: 'server' });
    await person.page.getByRole('row', { name: /backup …crd4 server/ }).waitFor();
  },

  'POST /api/v1/llm/chat': async (person) => {
    const { page } = person;
    await person.open('/providers');
    await page.getByRole('button', { name: 'About openai' }).click();
    await page.getByRole('button', { name: 'Test it' }).click();
    await page.getByText(/^answered in/).waitFor();
  },

  'PUT /api/v1/routes': async (person) => {
    const { page } = person;
    await person.open('/providers');
    await page.getByRole('button', { name: 'Set a route' }).click();
    const form = page.getByRole('form', { name: 'Route' });
    await form.getByLabel('Name').fill('route-set-by-action');
    await form.getByLabel('Targets, in order').focus();
    for (const target of ['openai/gpt-4o-mini', 'anthropic/claude-haiku-4-5']) {
      await page.keyboard.type(target);
      await page.keyboard.press('Enter');
    }
    await form.getByRole('button', { name: 'Save the route' }).click();
    await page.getByRole('row', { name: /route-set-by-action openai.* → anthropic/ }).waitFor();
  },

  'DELETE /api/v1/routes/:name': async (person, stand) => {
    const { page } = person;
    await plant(stand, 'PUT /api/v1/routes', { name: 'route-to-delete', targets: ['openai/gpt-4o-mini'] });
    await person.open('/providers');
    const row = page.getByRole('row', { name: /route-to-delete/ });
    await row.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
  },
};

interface NewCredential {
  readonly provider: string;
  readonly secret: string;
  readonly scope?: 'project' | 'server';
  /** It is for this end user. */
  readonly user?: string;
}

async function storeCredential(person: Visitor, { provider, secret, scope, user }: NewCredential): Promise<void> {
  const { page } = person;
  await person.open('/providers');
  await page.getByRole('button', { name: 'Add a credential' }).click();
  const form = page.getByRole('form', { name: 'Credential' });
  await form.getByLabel('Provider').selectOption(provider);
  await form.getByRole('textbox', { name: 'Secret' }).fill(secret);
  await form.getByLabel('For', { exact: true }).selectOption(user === undefined ? (scope ?? 'project') : 'user');
  if (user !== undefined) await form.getByLabel('Which user').fill(user);
  await form.getByRole('button', { name: 'Store it' }).click();
}
