import { action } from '../../../cli/action.ts';
import { CONNECTION, connect, JSON_OPTION } from '../../../cli/connection.ts';
import { folderOf, sameContent } from './prompt-folder.ts';
import { fileOf, LABEL_OPTION, PROMPT_OPTIONS, RemotePrompts } from './remote-prompts.ts';

export const pull = action({
  summary: 'Write prompts into a folder, one Markdown file each',
  operands: 'DIR',
  options: {
    label: LABEL_OPTION,
    check: { kind: 'flag', about: 'Write nothing; exit with 1 when a file differs or is missing' },
    ...PROMPT_OPTIONS,
    json: JSON_OPTION,
    ...CONNECTION,
  },
  notes: ['Files of prompts that the server does not have are left alone.'],
  async run({ context, options, operands }) {
    const folder = folderOf(operands, 'pull');
    const remote = new RemotePrompts(connect(options, context.environment), options.project);
    const files = new Map(folder.read().map((file) => [file.name, file]));
    const changed: { name: string; version: number; file: string; state: 'new' | 'changed' }[] = [];
    for (const name of await remote.names()) {
      const version = await remote.version(name, options.label);
      if (version === undefined) continue;
      const [file, kept] = [files.get(name), fileOf(version)];
      if (file !== undefined && sameContent(file, kept)) continue;
      if (!options.check) folder.write(kept);
      const state = file === undefined ? 'new' : 'changed';
      changed.push({ name, version: version.version, file: folder.pathOf(name), state });
    }
    if (options.json) context.out(JSON.stringify(changed, null, 2));
    else {
      for (const { name, version, state } of changed) context.out(`${name} version ${version}: ${state}`);
      if (changed.length === 0) context.out('Nothing differs.');
    }
    return options.check && changed.length > 0 ? 1 : 0;
  },
});
