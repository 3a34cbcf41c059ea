import { action } from '../../../cli/action.ts';
import { JSON_OPTION } from '../../../cli/connection.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import type { Environment } from '../../../config/load-config.ts';
import { MasterKey } from '../../../features/credentials/master-key.ts';
import { rotateMasterKey } from '../../../features/credentials/rotate-master-key.ts';
import { CONFIG, configFrom, DATA_DIR, DEFAULT_DATA_DIR } from '../config-options.ts';
import { KeyFile } from './key-file.ts';
import { openStoppedStorage } from './stopped-storage.ts';

const OLD = ['WEIR_MASTER_KEY', 'ENCRYPTION_KEY'] as const;
const NEW = 'WEIR_NEW_MASTER_KEY';

export const rotate = action({
  summary: 'Encrypt everything anew under another master key, while no server runs',
  options: { ...CONFIG, ...DATA_DIR, json: JSON_OPTION },
  notes: [
    'The old key is the one that the server uses: WEIR_MASTER_KEY, or master.key in the data directory. The new one is taken from WEIR_NEW_MASTER_KEY (make one with: openssl rand -base64 32); without it a data directory with a key file gets a new file.',
    'Stored content stays as it is: only the key that opens it is encrypted anew. An interrupted run is finished by running the command again with the same two keys.',
  ],
  async run({ context, options }) {
    const { environment } = context;
    const dataDir = options['data-dir'] ?? DEFAULT_DATA_DIR;
    const { url } = configFrom({ config: options.config }, environment).config.database;
    const file = new KeyFile(dataDir);
    const setting = OLD.find((name) => (environment[name] ?? '') !== '');
    if (setting === undefined && !file.exists) throw new UsageError(`Set WEIR_MASTER_KEY: there is no ${file.path}.`);
    const store = await openStoppedStorage({ url, dataDir });
    try {
      const chosen = environment[NEW] || undefined;
      const keys =
        setting === undefined
          ? {
              from: MasterKey.parse(file.read(), file.path),
              to: MasterKey.parse(file.prepare(validated(chosen)), `the new ${file.path}`),
            }
          : { from: MasterKey.parse(environment[setting] ?? '', setting), to: chosenKey(environment) };
      const { credentials } = await rotateMasterKey(store.storage, keys);
      if (setting === undefined) file.commit();
      const result = { credentials, old_key: keys.from.id, new_key: keys.to.id };
      if (options.json) context.out(JSON.stringify(result, null, 2));
      else {
        context.out(`Encrypted ${credentials} credentials anew. The key is now ${keys.to.id}.`);
        const next = setting === undefined ? `It is in ${file.path}.` : `Start every server with ${setting}=$${NEW}.`;
        context.err(next);
      }
      return 0;
    } finally {
      await store.close();
    }
  },
});

/** A text that is no key must not reach the disk. */
function validated(chosen: string | undefined): string | undefined {
  if (chosen !== undefined) MasterKey.parse(chosen, NEW);
  return chosen;
}

function chosenKey(environment: Environment): MasterKey {
  const text = environment[NEW];
  if (text === undefined || text === '') {
    throw new UsageError(`Set ${NEW} to the new key (make one with: openssl rand -base64 32).`);
  }
  return MasterKey.parse(text, NEW);
}
