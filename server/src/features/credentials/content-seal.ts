import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { WeirError } from '../../kernel/errors.ts';
import type { ContentSeal } from '../../ports/secrets.ts';
import type { Storage } from '../../ports/storage.ts';
import { decrypt, encrypt } from './cipher.ts';
import type { MasterKey } from './master-key.ts';

const ROOT_VALUE = 'content_root';

/**
 * Encrypts content with one key per project. The projects' keys come from a root that is stored under the master key, so
 * that changing the master key leaves the content as it is.
 */
export async function openContentSeal(storage: Storage, masterKey: MasterKey): Promise<ContentSeal> {
  const root = await openContentRoot(storage, masterKey);
  const keys = new Map<string, KeyObject>();
  const keyOf = (projectId: string): KeyObject => {
    let key = keys.get(projectId);
    if (key === undefined) {
      const info = `weir content of project ${projectId}`;
      key = createSecretKey(Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), info, 32)));
      keys.set(projectId, key);
    }
    return key;
  };
  return {
    seal: (projectId, plain) => encrypt(keyOf(projectId), Buffer.from(plain), projectId),
    open(projectId, sealed) {
      const plain = decrypt(keyOf(projectId), sealed, projectId);
      if (plain === undefined) {
        throw new WeirError('store.unavailable', {
          message: 'Stored content cannot be read: it was encrypted with another master key.',
          retryable: false,
        });
      }
      return plain.toString();
    },
  };
}

/** Derived, not drawn, the first time: two instances that start at once on an empty database make the same one. */
async function openContentRoot(storage: Storage, masterKey: MasterKey): Promise<Buffer> {
  const stored = await storage.values.get(ROOT_VALUE);
  if (stored === undefined) {
    const root = masterKey.derive('weir content root');
    await putContentRoot(storage, masterKey, root);
    return root;
  }
  const root = masterKey.decrypt(stored, ROOT_VALUE);
  if (root === undefined) {
    throw new WeirError('config.invalid', {
      message: `${masterKey.source} cannot open the content key of this database. If a change of the master key was interrupted, run it again.`,
    });
  }
  return root;
}

/** Stores the root under a new master key; nothing to do when that was done, or there is no content yet. */
export async function moveContentRoot(storage: Storage, keys: { from: MasterKey; to: MasterKey }): Promise<void> {
  const stored = await storage.values.get(ROOT_VALUE);
  if (stored === undefined || keys.to.decrypt(stored, ROOT_VALUE) !== undefined) return;
  const root = keys.from.decrypt(stored, ROOT_VALUE);
  if (root === undefined) throw new WeirError('config.invalid', { message: 'Neither key opens the content key.' });
  await putContentRoot(storage, keys.to, root);
}

async function putContentRoot(storage: Storage, key: MasterKey, root: Buffer): Promise<void> {
  await storage.values.put(ROOT_VALUE, key.encrypt(root, ROOT_VALUE));
}
