import type { Environment, LoadedConfig } from '../config/load-config.ts';
import type { Config } from '../config/schema.ts';
import { newKey } from '../features/access/key-format.ts';
import { KeyStore } from '../features/access/key-store.ts';
import { ProjectStore } from '../features/access/project-store.ts';
import { AuditLog } from '../features/audit/audit-log.ts';
import { Conversations } from '../features/conversations/conversations.ts';
import { openContentSeal } from '../features/credentials/content-seal.ts';
import type { MasterKey } from '../features/credentials/master-key.ts';
import { openMasterKey } from '../features/credentials/open-master-key.ts';
import { IdempotentReplies } from '../features/idempotency/idempotent-replies.ts';
import { createProviderObjects, type ProviderObjects } from '../features/provider-objects/provider-objects.ts';
import { createResponseStore, type ResponseStore } from '../features/responses/response-store.ts';
import { isWeirError } from '../kernel/errors.ts';
import { randomHex } from '../kernel/ids.ts';
import type { Changes } from '../ports/changes.ts';
import type { Clock } from '../ports/clock.ts';
import type { ReplicaRoll } from '../ports/replica-roll.ts';
import type { Replicas } from '../ports/replicas.ts';
import type { ContentSeal } from '../ports/secrets.ts';
import type { Storage } from '../ports/storage.ts';
import type { SpooledLedger } from '../storage/ledger.ts';
import { closeAll, type Databases } from './databases/databases.ts';
import { openDatabases } from './databases/open-databases.ts';

/** Everything that survives a restart, opened and migrated. */
export interface Stores {
  readonly storage: Storage;
  readonly ledger: SpooledLedger;
  /** What other replicas changed. */
  readonly changes: Changes;
  readonly replicas: Replicas;
  /** The same processes by name. */
  readonly roll: ReplicaRoll;
  /** False when other processes may have changed keys and this one cannot know for longer than is allowed. */
  readonly isUpToDate: () => boolean;
  /** Names the data directory; '' where no other process can use the database. */
  readonly home: string;
  /** Other replicas use the same database. */
  readonly isShared: boolean;
  readonly masterKey: MasterKey;
  readonly seal: ContentSeal;
  readonly keys: KeyStore;
  readonly projects: ProjectStore;
  readonly audit: AuditLog;
  readonly responses: ResponseStore;
  readonly conversations: Conversations;
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
  /** Absent: those that the configuration names. */
  databases?: Databases | undefined;
  /** What is in front of the storage. */
  wrapStorage?: ((storage: Storage) => Storage) | undefined;
}): Promise<Stores> {
  const processEpoch = randomHex(6);
  const { config } = of.loaded;
  const opened = of.databases ?? (await openDatabases({ config, dataDir: of.dataDir, clock: of.clock, processEpoch }));
  const databases = of.wrapStorage === undefined ? opened : { ...opened, storage: of.wrapStorage(opened.storage) };
  try {
    const stores = await storesOn({ ...of, config, processEpoch, databases });
    databases.changes.on('keys', (ids) => stores.keys.refresh(ids));
    databases.changes.on('projects', () => stores.projects.refresh());
    return stores;
  } catch (error) {
    await closeAll([databases]);
    throw error;
  }
}

async function storesOn(of: {
  environment: Environment;
  config: Config;
  dataDir: string;
  clock: Clock;
  processEpoch: string;
  databases: Databases;
}): Promise<Stores> {
  const { clock, dataDir, environment, processEpoch, databases } = of;
  const { storage, ledger, isShared } = databases;
  const masterKey = await openMasterKey({ environment, dataDir, storage, isShared });
  const seal = await openContentSeal(storage, masterKey);
  const keys = await KeyStore.open(storage, clock);
  const maximumAgeMs = of.config.database.keys_without_database_ms;
  return {
    storage,
    ledger,
    changes: databases.changes,
    replicas: databases.replicas,
    roll: databases.roll,
    isUpToDate: () => databases.changes.ageMs() <= maximumAgeMs,
    home: databases.home,
    isShared,
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
    conversations: new Conversations({
      store: storage.conversations,
      seal,
      clock,
      maxTurns: () => of.config.conversations.max_turns,
    }),
    providerObjects: createProviderObjects({ objects: storage.objects, seal, clock }),
    idempotency: new IdempotentReplies({ storage, seal, clock, processEpoch, exclusive: !isShared }),
    createdAdminKey: await ensureAdminKey(keys, environment),
    close: () => databases.close(),
  };
}

/** The admin key from the environment, or a new one at the first start. */
async function ensureAdminKey(keys: KeyStore, environment: Environment): Promise<string | undefined> {
  const chosen = environment.WEIR_ADMIN_KEY;
  if (chosen !== undefined && chosen !== '') {
    await setAdmin(keys, chosen);
    return undefined;
  }
  if (keys.hasAdmin) return undefined;
  const created = newKey();
  try {
    await keys.setAdmin(created);
    return created;
  } catch (error) {
    // Another replica made one at the same moment, and has shown it.
    if (!isWeirError(error) || error.code !== 'conflict') throw error;
    await keys.refresh(undefined);
    return undefined;
  }
}

/** Replicas that start at once set it at once; who comes second replaces it with the same. */
async function setAdmin(keys: KeyStore, secret: string): Promise<void> {
  try {
    await keys.setAdmin(secret);
  } catch (error) {
    if (!isWeirError(error) || error.code !== 'conflict') throw error;
    await keys.refresh(undefined);
    await keys.setAdmin(secret);
  }
}
