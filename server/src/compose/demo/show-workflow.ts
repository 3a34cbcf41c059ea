import { type ExecutionObject, executionSchema, inboxItemSchema, listSchema } from '@weir/contract';
import type { CommandContext } from '../../cli/command.ts';
import { jsonClient } from '../../cli/json-client.ts';
import { CommandFailure } from '../../cli/usage-error.ts';
import { executionText } from '../commands/workflow/execution-table.ts';
import type { DemoProject, Stage } from './stage.ts';

const inboxSchema = listSchema(inboxItemSchema);

/** A model judges a complaint, and a person is asked only when the refund is large. */
const REFUND = {
  name: 'refund',
  steps: [
    {
      name: 'judge',
      type: 'sampling',
      config: {
        model: 'gpt-4o-mini',
        maxTokens: 100,
        messages: [{ role: 'user', content: 'In one sentence: is this about a late parcel? {{input.text}}' }],
      },
    },
    {
      name: 'large',
      type: 'condition',
      config: {
        condition: 'input.amount > 50',
        // biome-ignore lint/suspicious/noThenProperty: the branch of a condition is called so in documents
        then: [{ name: 'ask', type: 'approval', config: { message: 'Refund {{input.amount}} USD?' } }],
      },
    },
    { name: 'answer', type: 'set', config: { values: { refunded: '{{input.amount}}' } } },
  ],
};

/** A run that took place in a project. */
export interface DemoRun {
  readonly project: string;
  readonly execution: ExecutionObject;
}

/** Runs one workflow in both projects: a small refund by itself, a large one with the approval that the demo gives. */
export async function showWorkflow(stage: Stage, context: CommandContext): Promise<DemoRun[]> {
  const [storefront, supportDesk] = stage.projects;
  context.out(
    '\nWorkflows: a model judges complaints; a refund over 50 USD waits for a person, who is the demo here.\n',
  );
  const runs: DemoRun[] = [];
  for (const [project, amount, approvals] of [
    [storefront, 20, 0],
    [supportDesk, 80, 1],
  ] as const) {
    context.status(`running a workflow for ${project.name}`);
    const { execution, approved } = await refund(stage, project, amount);
    context.status('');
    context.out(`${project.name}: ${executionText(execution, context.hasColours)}\n`);
    if (execution.status !== 'completed' || approved !== approvals) {
      throw new CommandFailure(
        `The workflow of ${project.name} is ${execution.status} after ${approved} approvals.\n${stage.weir.log()}`,
      );
    }
    runs.push({ project: project.name, execution });
  }
  return runs;
}

async function refund(
  { admin, weir }: Stage,
  project: DemoProject,
  amount: number,
): Promise<{ execution: ExecutionObject; approved: number }> {
  const application = jsonClient({ url: weir.url, key: project.key });
  const scope = `project_id=${project.id}`;
  await admin.json('POST', `/api/workflows?${scope}`, REFUND);
  const input = { text: 'My parcel is a week late.', amount };
  const started = await application.json('POST', '/api/workflows/refund/execute?wait=20', { input });
  const { id } = executionSchema.parse(started);
  const { data } = inboxSchema.parse(await admin.json('GET', `/api/v1/inbox?execution_id=${id}&${scope}`));
  for (const item of data) await admin.json('POST', `/api/v1/inbox/${item.id}/approve?${scope}`, {});
  const key = { headers: { authorization: `Bearer ${project.key}` } };
  // The events end with the run.
  await (await fetch(`${weir.url}/api/executions/${id}/events`, key)).text();
  return {
    execution: executionSchema.parse(await application.json('GET', `/api/executions/${id}`)),
    approved: data.length,
  };
}
