import { action } from '../../../cli/action.ts';
import { CONNECTION, JSON_OPTION, serverOf } from '../../../cli/connection.ts';
import { jsonClient } from '../../../cli/json-client.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { compact } from '../../../kernel/json.ts';
import { readDocumentFile } from './read-document-file.ts';
import { readInput, start } from './run.ts';
import { watchExecution } from './watch-execution.ts';

const DEFINITION = {
  version: { kind: 'number', value: 'N', about: "Version of the workflow; default the run's" },
  definition: { kind: 'text', value: 'FILE', about: 'A corrected definition, stored as the next version' },
} as const;

export const fork = action({
  summary: 'Run again from a step, taking over what came before it at no cost',
  operands: 'RUN',
  options: {
    from: {
      kind: 'text',
      value: 'STEP',
      about: 'First step that runs again, by path or name; default the one that failed',
    },
    input: { kind: 'text', value: 'JSON', about: "Another input as JSON, or @FILE; default the run's" },
    ...DEFINITION,
    json: JSON_OPTION,
    ...CONNECTION,
  },
  notes: ['Makes a new run; the old one stays as it is.'],
  async run({ context, options, operands }) {
    const server = serverOf(options, context.environment);
    const { definition, version } = options;
    const body = compact({
      ...{ from_step: options.from, input: await readInput(options.input), version },
      document: definition === undefined ? undefined : await readDocumentFile(definition, context),
    });
    const id = await start(jsonClient(server), `${pathOf(operands)}/fork`, body);
    return watchExecution(server, id, { context, json: options.json });
  },
});

export const resume = action({
  summary: 'Go on with a failed or cancelled run where it ended',
  operands: 'RUN',
  options: { ...DEFINITION, json: JSON_OPTION, ...CONNECTION },
  notes: ['What the run finished is not done, and not paid, again.'],
  async run({ context, options, operands }) {
    const server = serverOf(options, context.environment);
    const { definition, version } = options;
    const document = definition === undefined ? undefined : await readDocumentFile(definition, context);
    const id = await start(jsonClient(server), `${pathOf(operands)}/resume`, compact({ version, document }));
    return watchExecution(server, id, { context, json: options.json });
  },
});

function pathOf(operands: readonly string[]): string {
  const [id, more] = operands;
  if (id === undefined || more !== undefined) throw new UsageError('Name one run.');
  return `/api/executions/${encodeURIComponent(id)}`;
}
