import { action } from '../../../cli/action.ts';
import type { CommandContext } from '../../../cli/command.ts';
import { JSON_OPTION } from '../../../cli/connection.ts';
import { coloured } from '../../../cli/table.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { checkFlow } from '../../../features/workflows/definition/check-flow.ts';
import { type Problem, readFlow } from '../../../features/workflows/definition/read-flow.ts';
import { readDocumentFile } from './read-document-file.ts';

export const validate = action({
  summary: 'Check workflow files, without a server',
  operands: 'FILE...',
  options: { json: JSON_OPTION },
  notes: ['FILE is JSON or YAML; - reads standard input. Exit code 1: there are errors; warnings do not count.'],
  async run({ context, options, operands }) {
    if (operands.length === 0) throw new UsageError('Name a file: weir workflow validate flow.yaml.');
    const checked: { file: string; problems: readonly Problem[] }[] = [];
    for (const file of operands) {
      const read = readFlow(await readDocumentFile(file, context));
      checked.push({ file, problems: 'problems' in read ? read.problems : await checkFlow(read.flow) });
    }
    if (options.json) context.out(JSON.stringify(checked, null, 2));
    else for (const one of checked) say(one, context);
    return checked.some(({ problems }) => problems.some(({ severity }) => severity === 'error')) ? 1 : 0;
  },
});

function say({ file, problems }: { file: string; problems: readonly Problem[] }, context: CommandContext): void {
  if (problems.length === 0) context.out(`${file}: ok`);
  for (const { severity, pointer, message, fix } of problems) {
    const word = coloured(severity === 'error' ? 'red' : 'yellow', severity, context.hasColours);
    context.out(`${file}${pointer === '' ? '' : `#${pointer}`}: ${word}: ${message}\n  ${fix}`);
  }
}
