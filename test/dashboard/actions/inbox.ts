import { plant } from '../support/plant.ts';
import type { Stand } from '../support/stand.ts';
import type { Actions } from './performed-action.ts';

export const inboxActions: Actions = {
  'POST /api/v1/inbox/:id/approve': async (person, stand) => {
    const { page } = person;
    await person.open(`/inbox?run=${await waiting(stand, 'workflow-to-approve')}`);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Nothing waits for a person.').waitFor();
    await page.getByLabel('Which items').selectOption('Approved');
    await page.getByText('approved', { exact: true }).waitFor();
  },

  'POST /api/v1/inbox/:id/reject': async (person, stand) => {
    const { page } = person;
    await person.open(`/inbox?run=${await waiting(stand, 'workflow-to-reject')}`);
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('Nothing waits for a person.').waitFor();
    await page.getByLabel('Which items').selectOption('Rejected');
    await page.getByText('rejected', { exact: true }).waitFor();
  },
};

/** The run of a new workflow that waits for a person. */
async function waiting(stand: Stand, name: string): Promise<string> {
  const steps = [{ name: 'ask', type: 'approval', config: { message: `May ${name} go on?` } }];
  const { id } = await plant(stand, 'POST /api/workflows', { name, steps });
  return (await plant(stand, `POST /api/workflows/${id}/execute?wait=20`, {})).id;
}
