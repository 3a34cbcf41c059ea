import { WeirError } from '../../kernel/errors.ts';
import type { Storage } from '../../ports/storage.ts';
import { moveContentRoot } from './content-seal.ts';
import type { MasterKey } from './master-key.ts';
import { isRememberedMasterKey, rememberMasterKey } from './open-master-key.ts';
import { openCredential, sealCredential } from './seal-credential.ts';

/**
 * Encrypts everything anew under another master key; for a stopped server. Reads all before it writes any, and marks the
 * database as done last: a run that was cut short is finished by running it again with the same two keys.
 */
export async function rotateMasterKey(
  storage: Storage,
  keys: { from: MasterKey; to: MasterKey },
): Promise<{ credentials: number }> {
  const { from, to } = keys;
  if (await isDone(storage, keys)) return { credentials: 0 };
  const waiting = (await storage.credentials.all()).filter((row) => row.master_key_id !== to.id);
  const moved = waiting.map((row) => {
    const secret = openCredential(row, from);
    if (secret === undefined) {
      throw new WeirError('config.invalid', {
        message: `The credential ${row.id} of ${row.provider} cannot be read with ${from.source}. Delete it first; nothing was changed.`,
      });
    }
    return { ...row, master_key_id: to.id, sealed: sealCredential(row, secret, to) };
  });
  for (const row of moved) await storage.credentials.put(row);
  await moveContentRoot(storage, keys);
  await rememberMasterKey(storage, to);
  return { credentials: moved.length };
}

async function isDone(storage: Storage, { from, to }: { from: MasterKey; to: MasterKey }): Promise<boolean> {
  if (from.id === to.id) throw new WeirError('config.invalid', { message: 'The new master key is the old one.' });
  if (await isRememberedMasterKey(storage, from)) return false;
  if (await isRememberedMasterKey(storage, to)) return true;
  throw new WeirError('config.invalid', { message: `${from.source} is not the master key of this database.` });
}
