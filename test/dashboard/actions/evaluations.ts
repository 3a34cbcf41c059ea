import { plant } from '../support/plant.ts';
import { plantRuns } from '../support/plant-runs.ts';
import type { Actions } from './performed-action.ts';

/** A model that takes its time, so that a run over it can be stopped; no other action asks it. */
const SLOW_MODEL = 'gpt-4.1-nano';

export const evaluationActions: Actions = {
  'POST /api/v1/datasets': async (person) => {
    const { page } = person;
    await person.open('/evaluations');
    await page.getByRole('button', { name: 'New dataset' }).click();
    await page.getByLabel('Name').fill('dataset-by-action');
    await page.getByLabel('JSON, one item per line').fill('{"id": "sum", "input": "2 + 2?", "expected": "4"}');
    await page.getByRole('button', { name: 'Make' }).click();
    await page.getByRole('heading', { name: 'dataset-by-action', level: 1 }).waitFor();
    await page.getByRole('cell', { name: '2 + 2?' }).waitFor();
  },

  'POST /api/v1/evaluators': async (person) => {
    const { page } = person;
    await person.open('/evaluations');
    await page.getByRole('button', { name: 'New evaluator' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('evaluator-by-action');
    await dialog.getByLabel('Options').fill('{"ignoreCase": true}');
    await dialog.getByRole('button', { name: 'Make' }).click();
    await page.getByRole('row', { name: /evaluator-by-action.*contains, version 1/ }).waitFor();
  },

  'POST /api/v1/eval-runs': async (person, stand) => {
    const { page } = person;
    const items = [{ id: 'word', input: 'say "yes"', expected: 'yes' }];
    await plant(stand, 'POST /api/v1/datasets', { name: 'dataset-to-run', items });
    await person.open('/evaluations');
    await page.getByRole('button', { name: 'New run' }).click();
    const form = page.getByRole('form', { name: 'A new run' });
    await form.getByLabel('Model or route').fill('openai/gpt-4o-mini');
    await form.getByLabel('Dataset').selectOption({ label: 'dataset-to-run (1 item)' });
    await form.getByLabel('Name').fill('run-by-action');
    await form.getByLabel('Template').fill('{{ input }}');
    await form.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('heading', { name: 'run-by-action', level: 1 }).waitFor();
    await page.getByText('1 of 1 results').waitFor();
    await page.getByText('100%', { exact: true }).first().waitFor();
  },

  'POST /api/v1/eval-runs/:id/cancel': async (person, stand) => {
    const { page } = person;
    const fault = { kind: 'delay_before_headers', ms: 2000 } as const;
    stand.scene.simulator.faults.add({ match: { model: SLOW_MODEL }, fault, times: 'always' });
    const items = Array.from({ length: 200 }, (_, at) => ({ id: `item-${at}`, input: `Number ${at}?` }));
    const { id: dataset } = await plant(stand, 'POST /api/v1/datasets', { name: 'dataset-of-slow-run', items });
    const candidate = { model: `openai/${SLOW_MODEL}`, messages: [{ role: 'user', content: '{{ input }}' }] };
    const evaluators = [{ type: 'contains', options: { values: ['a'] } }];
    const run = await plant(stand, 'POST /api/v1/eval-runs', { name: 'slow-run', dataset, candidate, evaluators });
    await person.open(`/evaluations/runs/${run.id}`);
    await page.getByRole('button', { name: 'Stop the run' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop the run' }).click();
    await page.getByText('cancelled', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Stop the run' }).waitFor({ state: 'detached' });
  },

  'POST /api/v1/eval-runs/pairwise': async (person, stand) => {
    const { page } = person;
    const { baseline, candidate } = await plantRuns(stand, 'dataset-to-judge');
    await person.open(`/evaluations?baseline=${baseline}&candidate=${candidate}`);
    await page.getByRole('button', { name: 'Let a model judge the pair' }).click();
    const form = page.getByRole('form', { name: 'Judge' });
    await form.getByLabel('Judge').fill('openai/gpt-4o-mini');
    await form.getByRole('button', { name: 'Judge' }).click();
    await page.getByRole('heading', { name: 'Which answers the judge prefers' }).waitFor();
    await page.getByText('40 of 40 results').waitFor();
    await page.getByText('completed', { exact: true }).waitFor();
  },

  'POST /api/v1/eval-runs/compare': async (person, stand) => {
    const { page } = person;
    const { baseline, candidate } = await plantRuns(stand, 'dataset-to-compare');
    await person.open('/evaluations');
    await page.getByLabel('Baseline').selectOption(candidate);
    await page.getByText('Choose another run on the same dataset.').waitFor();
    await page.getByLabel('Candidate').selectOption(baseline);
    await page.getByRole('row', { name: /^exact.*90% to 25%.*worse/ }).waitFor();
  },
};
