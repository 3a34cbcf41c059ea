import type { Visitor } from '../support/browser.ts';
import { plant } from '../support/plant.ts';
import type { Stand } from '../support/stand.ts';
import type { Actions } from './performed-action.ts';

const SET = [{ name: 'sum', type: 'set', config: { values: { done: '{{input.what}}' } } }];
const ASK = [{ name: 'ask', type: 'approval', config: { message: 'Shall it go on?' } }];

export const workflowActions: Actions = {
  'POST /api/workflows': async (person) => {
    const { page } = person;
    await person.open('/workflows/new');
    await write(person, { name: 'workflow-by-action', steps: SET });
    await page.getByRole('button', { name: 'Store it' }).click();
    await page.getByRole('heading', { name: 'workflow-by-action' }).waitFor();
    await page.getByText('It has not run yet.').waitFor();
  },

  'POST /api/workflows/check': async (person) => {
    const { page } = person;
    await person.open('/workflows/new');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByRole('status').getByText('It would be stored.').waitFor();
    await page.getByText(/^A run costs at most \$/).waitFor();
  },

  'PUT /api/workflows/:id': async (person, stand) => {
    const { page } = person;
    const id = await workflow(stand, { name: 'workflow-to-change', steps: SET });
    await person.open(`/workflows/${id}`);
    await page.getByRole('button', { name: 'Edit' }).click();
    await write(person, { name: 'workflow-to-change', description: 'Better.', steps: SET });
    await page.getByRole('button', { name: 'Store the next version' }).click();
    await page.getByText(/version 2 · Better\./).waitFor();
  },

  'DELETE /api/workflows/:id': async (person, stand) => {
    const { page } = person;
    const id = await workflow(stand, { name: 'workflow-to-delete', steps: SET });
    await person.open(`/workflows/${id}`);
    await page.getByRole('button', { name: 'Delete the workflow' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete the workflow' }).click();
    await page.getByText('workflow-to-delete is deleted').waitFor();
    await page.getByRole('heading', { name: 'Workflows', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'workflow-to-delete' }).waitFor({ state: 'detached' });
  },

  'POST /api/workflows/:id/publish': async (person, stand) => {
    const { page } = person;
    const id = await workflow(stand, { name: 'workflow-to-publish', steps: SET });
    await person.open(`/workflows/${id}`);
    await page.getByRole('switch', { name: "Offered as a tool by Weir's MCP server" }).press('Space');
    await page.getByRole('switch', { checked: true }).waitFor();
    await page.getByRole('link', { name: 'Workflows' }).last().click();
    await page.getByText('1 offered as tools').waitFor();
  },

  'POST /api/workflows/:id/hooks/:name/rotate': async (person, stand) => {
    const { page } = person;
    const triggers = [{ type: 'webhook', name: 'orders' }];
    const id = await workflow(stand, { name: 'workflow-with-webhook', triggers, steps: SET });
    await person.open(`/workflows/${id}`);
    await page
      .getByRole('row', { name: /^orders/ })
      .getByRole('button', { name: 'New secret' })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'New secret' }).click();
    await page
      .getByRole('region', { name: 'secret of orders' })
      .getByText(/^whsec_/)
      .waitFor();
  },

  'POST /api/workflows/:id/execute': async (person, stand) => {
    const { page } = person;
    const id = await workflow(stand, { name: 'workflow-to-run', steps: SET });
    await person.open(`/workflows/${id}`);
    await page.getByRole('button', { name: 'Run it' }).click();
    await replace(person, { label: 'Input, in JSON', text: '{"what": "the harvest"}' });
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('heading', { name: 'Run of workflow-to-run' }).waitFor();
    await page.getByRole('region', { name: 'Output' }).getByText('"done": "the harvest"').waitFor();
  },

  'POST /api/executions/:id/cancel': async (person, stand) => {
    const { page } = person;
    const id = await workflow(stand, { name: 'workflow-to-cancel', steps: ASK });
    await person.open(await run(stand, id));
    await page.getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByText('The run is cancelled').waitFor();
    await page.getByRole('group', { name: 'ask, approval, cancelled' }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
  },

  'POST /api/executions/:id/fork': async (person, stand) => {
    const { page } = person;
    const id = await workflow(stand, { name: 'workflow-to-fork', steps: SET });
    const forked = await run(stand, id, { what: 'the harvest' });
    await person.open(forked);
    await page.getByRole('button', { name: 'Fork' }).click();
    await replace(person, { label: 'Input of the fork', text: '{"what": "another harvest"}' });
    await page.getByRole('button', { name: 'Start the fork' }).click();
    await page.waitForURL((url) => url.pathname !== forked);
    await page.getByRole('region', { name: 'Output' }).getByText('"done": "another harvest"').waitFor();
  },

  'POST /api/executions/:id/resume': async (person, stand) => {
    const { page } = person;
    const id = await workflow(stand, { name: 'workflow-to-resume', steps: ASK });
    const path = await run(stand, id);
    await plant(stand, `POST /api/executions/${path.split('/').at(-1)}/cancel`);
    await person.open(path);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('group', { name: 'ask, approval, waiting' }).waitFor();
    await page.getByRole('link', { name: 'Decide what it waits for' }).waitFor();
  },

  'POST /api/v1/mcp/servers/:server/tools/:tool/call': async (person) => {
    const { page } = person;
    await person.open('/workflows');
    await page
      .getByRole('row', { name: /^github/ })
      .getByRole('button', { name: 'Call a tool' })
      .click();
    const form = page.getByRole('form', { name: 'Call a tool' });
    await form.getByLabel('Tool', { exact: true }).selectOption('get_repository');
    await replace(person, { label: 'Arguments', text: '{"owner": "weir", "repo": "gateway"}' });
    await form.getByRole('button', { name: 'Call it' }).click();
    await form
      .getByRole('region', { name: 'What the tool gave' })
      .getByText(/weir\/gateway/)
      .waitFor();
  },
};

async function workflow(stand: Stand, document: object): Promise<string> {
  return (await plant(stand, 'POST /api/workflows', document)).id;
}

/** The address of a run that is over, or waits for a person. */
async function run(stand: Stand, workflowId: string, input: object = {}): Promise<string> {
  const { id } = await plant(stand, `POST /api/workflows/${workflowId}/execute?wait=20`, { input });
  return `/workflows/${workflowId}/runs/${id}`;
}

function write(person: Visitor, document: object): Promise<void> {
  return replace(person, { label: 'Document, in JSON or YAML', text: JSON.stringify(document) });
}

/** Puts a text in the place of what stands in an editor. */
async function replace({ page }: Visitor, { label, text }: { label: string; text: string }): Promise<void> {
  await page.getByRole('textbox', { name: label }).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}
