import { plant } from '../support/plant.ts';
import type { Stand } from '../support/stand.ts';
import type { Actions } from './performed-action.ts';

const LINES = Array.from({ length: 60 }, (_, at) => `DEBUG stock ${at} counted`);

export const logActions: Actions = {
  'POST /api/v1/services': async (person) => {
    const { page } = person;
    await person.open('/logs');
    await page.getByLabel('Name of the service').fill('service-by-action');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByRole('heading', { name: 'service-by-action', level: 1 }).waitFor();
    await page.getByText('There is no policy yet.').waitFor();
  },

  'PUT /api/v1/services/:service/full-fidelity': async (person, stand) => {
    const { page } = person;
    await plant(stand, 'POST /api/v1/services', { name: 'service-to-keep' });
    await person.open('/logs/service-to-keep');
    await page.getByRole('button', { name: 'Keep everything for an hour' }).click();
    await page.getByText('Everything is kept until').waitFor();
    await page.getByRole('button', { name: 'Sample again' }).click();
    await page.getByText('Everything is kept until').waitFor({ state: 'detached' });
  },

  'POST /api/v1/analysis/analyze': async (person, stand) => {
    const { page } = person;
    await plant(stand, 'POST /api/v1/services', { name: 'service-to-analyze' });
    await person.open('/logs/service-to-analyze');
    await page.getByRole('button', { name: 'Make a policy' }).click();
    await page.getByLabel('Or paste lines').fill(LINES.join('\n'));
    await page.getByRole('button', { name: 'Find the patterns' }).click();
    // The first lines that a server looks at start its thread for it.
    await page.getByText('60 lines, 1 pattern; 0% are errors.').waitFor({ timeout: 45_000 });
    await page.getByRole('row', { name: /stock <\*> counted 60/ }).waitFor();
  },

  'POST /api/v1/pipeline/generate-policy': async (person, stand) => {
    const { page } = person;
    await analyzed(stand, 'service-without-policy');
    await person.open('/logs/service-without-policy');
    await page.getByRole('button', { name: 'Make a policy' }).click();
    await page.getByRole('button', { name: 'Compute the policy' }).click();
    await page.getByText('A policy was made. Try it below before it is put in force.').waitFor();
    await page.getByRole('row', { name: /^1 stored/ }).waitFor();
  },

  'POST /api/v1/policies/:service/activate': async (person, stand) => {
    const { page } = person;
    await analyzed(stand, 'service-to-activate');
    await policy(stand, { service_name: 'service-to-activate', activate: false });
    await person.open('/logs/service-to-activate');
    await page
      .getByRole('row', { name: /^1 stored/ })
      .getByRole('button', { name: 'Dry run' })
      .click();
    await page.getByRole('button', { name: 'Put version 1 in force' }).click();
    await page.getByRole('row', { name: /^1 in force/ }).waitFor();
    await page.getByText('sampled by version 1').waitFor();
  },

  'POST /api/v1/policies/:service/rollback': async (person, stand) => {
    const { page } = person;
    await analyzed(stand, 'service-to-roll-back');
    await policy(stand, { service_name: 'service-to-roll-back' });
    await policy(stand, { service_name: 'service-to-roll-back' });
    await person.open('/logs/service-to-roll-back');
    await page.getByRole('row', { name: /^2 in force/ }).waitFor();
    await page.getByRole('button', { name: 'Roll back' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await page.getByRole('row', { name: /^1 in force/ }).waitFor();
    await page.getByText('sampled by version 1').waitFor();
  },
};

/** A new service whose lines were looked at, so that a policy can be made for it. */
async function analyzed(stand: Stand, name: string): Promise<void> {
  const lines = LINES.map((body, at) => ({ body, severity: 'DEBUG', time: Date.now() - at * 1000 }));
  await plant(stand, 'POST /api/v1/services', { name });
  await plant(stand, 'POST /api/v1/analysis/analyze', { service_name: name, lines });
}

async function policy(stand: Stand, of: { service_name: string; activate?: boolean }): Promise<void> {
  await plant(stand, 'POST /api/v1/pipeline/generate-policy', of);
}
