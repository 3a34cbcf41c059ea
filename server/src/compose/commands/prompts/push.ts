import { action } from '../../../cli/action.ts';
import { CONNECTION, connect, JSON_OPTION } from '../../../cli/connection.ts';
import type { PromptFile } from '../../../features/prompts/files/prompt-file.ts';
import { folderOf, sameContent } from './prompt-folder.ts';
import { fileOf, PROMPT_OPTIONS, RemotePrompts } from './remote-prompts.ts';

export const push = action({
  summary: 'Store the prompts of a folder: a file that differs becomes the next version',
  operands: 'DIR',
  options: {
    label: { kind: 'text', value: 'LABEL', about: 'Move this label to what the files say' },
    message: { kind: 'text', value: 'TEXT', about: 'What changed, for the history' },
    check: {
      kind: 'flag',
      about: 'Store nothing; exit with 1 when a file differs from what it would be compared with',
    },
    ...PROMPT_OPTIONS,
    json: JSON_OPTION,
    ...CONNECTION,
  },
  notes: [
    'With --check a file is compared with the version of --label; default production if it is set, else latest.',
    'A label with a gate moves only to a version that was evaluated: push first, evaluate, then push with --label.',
  ],
  async run({ context, options, operands }) {
    const files = folderOf(operands, 'push').read();
    const remote = new RemotePrompts(connect(options, context.environment), options.project);
    const work = options.check ? check : store;
    const changed = [];
    for (const file of files) {
      const change = await work(file, { remote, label: options.label, message: options.message });
      if (change !== undefined) changed.push({ name: file.name, ...change });
    }
    if (options.json) context.out(JSON.stringify(changed, null, 2));
    else {
      for (const { name, version, state } of changed) {
        context.out(version === null ? `${name}: ${state}` : `${name} version ${version}: ${state}`);
      }
      if (changed.length === 0) context.out('Nothing differs.');
    }
    return options.check && changed.length > 0 ? 1 : 0;
  },
});

interface Change {
  /** Null: there is none. */
  readonly version: number | null;
  readonly state: string;
}

interface Push {
  readonly remote: RemotePrompts;
  readonly label: string | undefined;
  readonly message: string | undefined;
}

/** Undefined: nothing differs. */
async function check(file: PromptFile, { remote, label }: Push): Promise<Change | undefined> {
  const found = await remote.version(file.name, label);
  if (found === undefined) return { version: null, state: 'is not on the server' };
  return sameContent(file, fileOf(found)) ? undefined : { version: found.version, state: 'differs' };
}

/** Undefined: nothing had to be done. */
async function store(file: PromptFile, { remote, label, message }: Push): Promise<Change | undefined> {
  const latest = await remote.version(file.name, 'latest');
  if (latest === undefined || !sameContent(file, fileOf(latest))) {
    const { version } = await remote.add(file, { message, labels: [] });
    if (label === undefined) return { version, state: 'stored' };
    await remote.move(file.name, label, { version, reason: message });
    return { version, state: `stored, ${label}` };
  }
  if (label === undefined || latest.labels.includes(label)) return undefined;
  await remote.move(file.name, label, { version: latest.version, reason: message });
  return { version: latest.version, state: label };
}
