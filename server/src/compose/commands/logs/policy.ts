import { writeFile } from 'node:fs/promises';
import { action } from '../../../cli/action.ts';
import { JSON_OPTION } from '../../../cli/connection.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { configSchema } from '../../../config/schema.ts';
import type { LogAnalysis } from '../../../features/log-sampling/analyze-lines.ts';
import { DAY_MS } from '../../../kernel/time.ts';
import { analyzeFile } from './analyze-file.ts';
import { makePolicy } from './make-policy.ts';
import { policyText } from './policy-text.ts';

export const policy = action({
  summary: 'Make a sampling policy for a log file, without a server',
  operands: 'FILE',
  options: {
    reduce: { kind: 'number', value: 'SHARE', about: 'Drop this share of the bytes: 0.7 keeps 30%' },
    'max-bytes-per-day': { kind: 'number', value: 'N', about: 'Keep at most so many bytes a day' },
    out: { kind: 'text', value: 'P', about: 'Write the policy to this file, for weir logs apply and export' },
    'price-per-gb': { kind: 'number', value: 'USD', about: 'What keeping 10^9 bytes costs; default 0.50' },
    top: { kind: 'number', value: 'N', about: 'Patterns in the table; default 30' },
    json: JSON_OPTION,
  },
  notes: [
    'Without --reduce and --max-bytes-per-day the default rates are used. The lines are taken for the time between the first and the last that say when they are; for a day when none does. ERROR and above are always kept. Nothing leaves this machine.',
  ],
  async run({ context, options, operands }) {
    const [file, more] = operands;
    if (file === undefined || more !== undefined) throw new UsageError('Name one log file, or - for standard input.');
    const { reduce, 'max-bytes-per-day': perDay } = options;
    if (reduce !== undefined && perDay !== undefined) throw new UsageError('Choose --reduce or --max-bytes-per-day.');
    if (reduce !== undefined && !(reduce >= 0 && reduce < 1))
      throw new UsageError('--reduce takes a share from 0 to below 1.');
    if (perDay !== undefined && !(perDay > 0)) throw new UsageError('--max-bytes-per-day takes a number above 0.');
    const { analysis } = await analyzeFile(file, context);
    if (analysis.lines === 0) {
      context.err('The log is empty: there is nothing to make a policy of.');
      return 1;
    }
    const targetBytes = targetOf(analysis, { reduce, perDay });
    const made = makePolicy(analysis, {
      targetBytes,
      usdPerGb: options['price-per-gb'] ?? configSchema.parse({}).logs.price_per_gb_usd,
    });
    if (options.out !== undefined) await writeFile(options.out, `${JSON.stringify(made.document, null, 2)}\n`);
    if (options.json) context.out(JSON.stringify(made.document, null, 2));
    else context.out(policyText({ ...made, analysis, top: options.top ?? 30, colours: context.hasColours }));
    return 0;
  },
});

function targetOf(
  { bytes, from, to }: LogAnalysis,
  asked: { reduce: number | undefined; perDay: number | undefined },
): number | undefined {
  if (asked.reduce !== undefined) return bytes * (1 - asked.reduce);
  return asked.perDay === undefined ? undefined : (asked.perDay * (to - from)) / DAY_MS;
}
