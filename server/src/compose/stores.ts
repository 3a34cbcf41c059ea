import { join } from 'node:path';
import type { Environment, LoadedConfig } from '../config/load-config.ts';
import { newKey } from '../features/access/key-format.ts';
import { KeyStore } from '../features/access/key-store.ts';
import { ProjectStore } from '../features/access/project-store.ts';
import { AuditLog } from '../features/audit/audit-log.ts';
import { openContentSeal } from '../features/credentials/content-seal.ts';
import type { MasterKey } from '../features/credentials/master-key.ts';
import { openMasterKey } from '../features/credentials/open-master-key.ts';
import { IdempotentReplies } from '../features/idempotency/idempotent-replies.ts';
import { createProviderObjects, type ProviderObjects } from '../features/provider-objects/provider-objects.ts';
import { createResponseStore, type ResponseStore } from '../features/responses/response-store.ts';
import { randomHex } from '../kernel/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { ContentSeal } from '../ports/secrets.ts';
import type { Storage } from '../ports/storage.ts';
import type { SpooledLedger } from '../storage/ledger.ts';
import { openSqliteLedger } from '../storage/sqlite/open-ledger.ts';
import { openSqliteStorage } from '../storage/sqlite/open-storage.ts';

/** Everything that survives a restart, opened and migrated. */
export interface Stores {
  readonly storage: Storage;
  readonly ledger: SpooledLedger;
  readonly masterKey: MasterKey;
  readonly seal: ContentSeal;
  readonly keys: KeyStore;
  readonly projects: ProjectStore;
  readonly audit: AuditLog;
  readonly responses: ResponseStore;
  readonly providerObjects: ProviderObjects;
  readonly idempotency: IdempotentReplies;
  /** The admin key when this start created it; shown once. */
  readonly createdAdminKey: string | undefined;
  close(): Promise<void>;
}

export async function openStores(of: {
  loaded: LoadedConfig;
  environment: Environment;
  dataDir: string;
  clock: Clock;
}): Promise<Stores> {
  const processEpoch = randomHex(6);
  const { storage, ledger } = await openDatabases({ ...of, processEpoch });
  try {
    return await storesOn({ ...of, processEpoch, storage, ledger });
  } catch (error) {
    await closeAll([ledger, storage]);
    throw error;
  }
}

/** Each opens a thread, so both at once take the time of one; when one fails the other must not keep the process alive. */
async function openDatabases(of: {
  loaded: LoadedConfig;
  dataDir: string;
  clock: Clock;
  processEpoch: string;
}): Promise<{ storage: Storage; ledger: SpooledLedger }> {
  const { clock, dataDir, processEpoch } = of;
  const file = join(dataDir, 'weir.db');
  const { durability } = of.loaded.config.usage;
  const [storage, ledger] = await Promise.allSettled([
    openSqliteStorage({ file, clock }),
    openSqliteLedger({ dataDir, file, durability, clock, processEpoch }),
  ]);
  if (storage.status === 'fulfilled' && ledger.status === 'fulfilled') {
    return { storage: storage.value, ledger: ledger.value };
  }
  await closeAll([storage, ledger].filter((result) => result.status === 'fulfilled').map((result) => result.value));
  throw ledger.status === 'rejected' ? ledger.reason : (storage as PromiseRejectedResult).reason;
}

async function closeAll(opened: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const each of opened) await each.close().catch(() => undefined);
}

async function storesOn(of: {
  environment: Environment;
  dataDir: string;
  clock: Clock;
  processEpoch: string;
  storage: Storage;
  ledger: SpooledLedger;
}): Promise<Stores> {
  const { clock, dataDir, environment, processEpoch, storage, ledger } = of;
  const masterKey = await openMasterKey({ environment, dataDir, storage });
  const seal = await openContentSeal(storage, masterKey);
  const keys = await KeyStore.open(storage, clock);
  return {
    storage,
    ledger,
    masterKey,
    seal,
    keys,
    projects: await ProjectStore.open(storage, clock),
    audit: new AuditLog(storage, clock),
    responses: createResponseStore({
      objects: storage.objects,
      seal: (projectId, text) => seal.seal(projectId, text),
      open: (projectId, sealed) => seal.open(projectId, sealed),
      clock,
    }),
    providerObjects: createProviderObjects({ objects: storage.objects, seal, clock }),
    idempotency: new IdempotentReplies({ storage, seal, clock, processEpoch, exclusive: true }),
    createdAdminKey: await ensureAdminKey(keys, environment),
    async close() {
      await ledger.close();
      await storage.close();
    },
  };
}

/** The admin key from the environment, or a new one at the first start. */
async function ensureAdminKey(keys: KeyStore, environment: Environment): Promise<string | undefined> {
  const chosen = environment.WEIR_ADMIN_KEY;
  if (chosen !== undefined && chosen !== '') {
    await keys.setAdmin(chosen);
    return undefined;
  }
  if (keys.hasAdmin) return undefined;
  const created = newKey();
  await keys.setAdmin(created);
  return created;
}
