import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { WeirError } from '../../kernel/errors.ts';
import type { Storage } from '../../ports/storage.ts';
import { MasterKey } from './master-key.ts';

/** The settings that may hold the key; the first one set wins. */
const SETTINGS = ['WEIR_MASTER_KEY', 'ENCRYPTION_KEY'] as const;
const CHECK_VALUE = 'master_key_check';

export interface MasterKeySources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Holds `master.key`, which is created when no setting gives a key and the database is new. */
  readonly dataDir: string;
  readonly storage: Storage;
  /** Several processes on several machines use the storage: the key must come from a setting, the same on all of them. */
  readonly isShared?: boolean;
}

/** The key this database was encrypted with. Throws `config.invalid` naming the setting when it is missing or another one. */
export async function openMasterKey(sources: MasterKeySources): Promise<MasterKey> {
  const { environment, dataDir, storage } = sources;
  const check = await storage.values.get(CHECK_VALUE);
  const setting = SETTINGS.find((name) => (environment[name] ?? '') !== '');
  if (setting === undefined && sources.isShared === true) throw notSet(join(dataDir, 'master.key'));
  const key =
    setting === undefined
      ? keyFromFile(join(dataDir, 'master.key'), check)
      : MasterKey.parse(environment[setting] ?? '', setting);
  // Of several that start at once on an empty database one sets the value, and the others must have the same key.
  refuseOtherKey(key, check ?? (await storage.values.claim(CHECK_VALUE, checkValueOf(key))));
  return key;
}

/** Writes the check value, by which a later start knows whether it has the same key. */
export async function rememberMasterKey(storage: Storage, key: MasterKey): Promise<void> {
  await storage.values.put(CHECK_VALUE, checkValueOf(key));
}

function checkValueOf(key: MasterKey): string {
  return `${key.id}:${key.sign(CHECK_VALUE)}`;
}

function notSet(file: string): WeirError {
  return new WeirError('config.invalid', {
    message: `WEIR_MASTER_KEY is not set. With DATABASE_URL every replica needs it, and all the same one: 32 random bytes in base64 (make one with: openssl rand -base64 32; a database that "weir db copy" filled needs the content of ${file}).`,
  });
}

/** True when the database's check value was made with this key, or there is none yet. */
export async function isRememberedMasterKey(storage: Storage, key: MasterKey): Promise<boolean> {
  const check = await storage.values.get(CHECK_VALUE);
  return check === undefined || key.signs(CHECK_VALUE, signatureOf(check));
}

function refuseOtherKey(key: MasterKey, check: string): void {
  if (key.signs(CHECK_VALUE, signatureOf(check))) return;
  throw new WeirError('config.invalid', {
    message: `${key.source} is not the master key of this database: it has the id ${key.id}, the database was encrypted with ${idOf(check)}. Set the key that belongs to it; without it the stored credentials cannot be read.`,
  });
}

function keyFromFile(path: string, check: string | undefined): MasterKey {
  const existing = readKeyFile(path);
  if (existing !== undefined) return MasterKey.parse(existing, path);
  if (check !== undefined) {
    throw new WeirError('config.invalid', {
      message: `${path} is missing, and the database was encrypted with the master key ${idOf(check)}. Restore the file or set WEIR_MASTER_KEY.`,
    });
  }
  return MasterKey.parse(createKeyFile(path), path);
}

function readKeyFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new WeirError('config.invalid', {
      message: `${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
    });
  }
}

/** Appears whole or not at all; when another process was faster, its key is the key. */
function createKeyFile(path: string): string {
  const text = `${randomBytes(32).toString('base64')}\n`;
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  mkdirSync(join(path, '..'), { recursive: true });
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(draft, path);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFileSync(path, 'utf8');
  } finally {
    unlinkSync(draft);
  }
}

function idOf(check: string): string {
  return check.split(':')[0] ?? '';
}

function signatureOf(check: string): string {
  return check.split(':')[1] ?? '';
}
