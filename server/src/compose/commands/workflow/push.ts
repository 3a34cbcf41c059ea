import type { WorkflowObject } from '@weir/contract';
import { action } from '../../../cli/action.ts';
import type { CommandContext } from '../../../cli/command.ts';
import { CONNECTION, connect, JSON_OPTION } from '../../../cli/connection.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { pushDocument } from './push-document.ts';
import { readDocumentFile } from './read-document-file.ts';

export const push = action({
  summary: 'Store workflow files: as the next version where the name is known',
  operands: 'FILE...',
  options: { json: JSON_OPTION, ...CONNECTION },
  notes: ['FILE is JSON or YAML; - reads standard input. The secret of a new webhook is printed only this once.'],
  async run({ context, options, operands }) {
    if (operands.length === 0) throw new UsageError('Name a file: weir workflow push flow.yaml.');
    const client = connect(options, context.environment);
    const pushed: WorkflowObject[] = [];
    for (const file of operands) {
      const workflow = await pushDocument(client, await readDocumentFile(file, context));
      pushed.push(workflow);
      if (!options.json) say(workflow, context);
    }
    if (options.json) context.out(JSON.stringify(pushed.length === 1 ? pushed[0] : pushed, null, 2));
    return 0;
  },
});

function say({ name, id, version, triggers }: WorkflowObject, context: CommandContext): void {
  context.out(`${name} is version ${version} (${id})`);
  for (const { path, secret } of triggers) if (secret !== undefined) context.out(`  webhook ${path}  secret ${secret}`);
}
