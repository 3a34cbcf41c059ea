import { compilePolicy } from '@weir/sampler/decision';
import { action } from '../../../cli/action.ts';
import type { CommandContext } from '../../../cli/command.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { type FilterCounts, filterBytes } from '../../../features/log-sampling/apply/filter-bytes.ts';
import { LineFilter } from '../../../features/log-sampling/apply/line-filter.ts';
import { readPolicyFile } from './read-policy-file.ts';

export const apply = action({
  summary: 'Pass on the lines that a policy keeps, without a server',
  options: {
    policy: { kind: 'text', value: 'FILE', about: 'The policy, as "weir logs policy --out" or the API gives it' },
    stats: { kind: 'flag', about: 'Say on stderr how much was kept; a terminal is told anyway' },
  },
  notes: [
    'Reads standard input and writes the kept lines to standard output as they are: weir logs apply --policy P < in > out.',
    'Errors, what is above, and lines that may be either are always kept. A policy that cannot be read keeps everything.',
  ],
  async run({ context, options }) {
    if (options.policy === undefined) throw new UsageError('Name the policy: --policy FILE.');
    const policy = compilePolicy(await readPolicyFile(options.policy));
    for (const problem of policy.problems) context.err(`weir: in ${options.policy}, ${problem}.`);
    const filter = new LineFilter(policy, Date.now());
    const counts = await filterBytes(context.input(), (text, bytes) => filter.keeps(text, bytes), context.write);
    if (options.stats || context.isInteractive) tell(context, counts);
    return 0;
  },
});

function tell({ err }: CommandContext, { lines, keptLines, bytes, keptBytes }: FilterCounts): void {
  err(
    `kept ${keptLines} of ${lines} lines (${share(keptLines, lines)}), ${keptBytes} of ${bytes} bytes (${share(keptBytes, bytes)})`,
  );
}

function share(part: number, whole: number): string {
  return whole === 0 ? '0.0%' : `${((100 * part) / whole).toFixed(1)}%`;
}
