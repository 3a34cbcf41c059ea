import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LogPolicy, logPolicySchema } from '@weir/contract';
import { action } from '../../../cli/action.ts';
import { CommandFailure, UsageError } from '../../../cli/usage-error.ts';
import { EXPORT_FORMATS } from '../../../features/log-sampling/exports/export-formats.ts';
import { readPolicyFile } from './read-policy-file.ts';

const FORMATS = Object.keys(EXPORT_FORMATS).join('|');

export const exportPolicy = action({
  summary: 'Write a policy as configuration of a log pipeline, without a server',
  options: {
    policy: { kind: 'text', value: 'P', about: 'The policy, as "weir logs policy --out" or the API gives it' },
    format: { kind: 'text', value: 'F', about: `What to write: ${FORMATS}` },
    out: { kind: 'text', value: 'DIR', about: 'Write the files into this folder; default: print them' },
  },
  notes: [
    'Boosts and full fidelity are baked in as they are now, with their end in the file. What a format cannot express is said in the file.',
  ],
  async run({ context, options }) {
    if (options.policy === undefined) throw new UsageError('Name the policy: --policy FILE.');
    const { format } = options;
    if (format === undefined || !isFormat(format)) throw new UsageError(`Choose a format: --format ${FORMATS}.`);
    const policy = checked(await readPolicyFile(options.policy), options.policy);
    const files = EXPORT_FORMATS[format](policy, Date.now());
    if (options.out === undefined) {
      // One of several files needs its name to be told apart.
      for (const { name, text } of files) {
        if (files.length > 1) context.err(`${name}:`);
        context.out(text.trimEnd());
      }
      return 0;
    }
    await mkdir(options.out, { recursive: true });
    for (const { name, text } of files) {
      await writeFile(join(options.out, name), text);
      context.out(join(options.out, name));
    }
    return 0;
  },
});

function isFormat(name: string): name is keyof typeof EXPORT_FORMATS {
  return Object.hasOwn(EXPORT_FORMATS, name);
}

/** A pipeline obeys what it is given, so half a policy is refused; samplers keep everything instead. */
function checked(raw: unknown, file: string): LogPolicy {
  const read = logPolicySchema.safeParse(raw);
  if (read.success) return read.data;
  const problems = read.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.') || 'the policy'}: ${message}`);
  throw new CommandFailure(`${file} is no complete policy. ${problems.join('; ')}`);
}
