import type { Config } from '../../config/schema.ts';
import type { Changes } from '../../ports/changes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ReplicaRoll } from '../../ports/replica-roll.ts';
import type { Replicas } from '../../ports/replicas.ts';
import type { Storage } from '../../ports/storage.ts';
import type { SpooledLedger } from '../../storage/ledger.ts';

/** Where everything is kept, open and migrated. */
export interface Databases {
  readonly storage: Storage;
  readonly ledger: SpooledLedger;
  readonly replicas: Replicas;
  /** The same processes by name. */
  readonly roll: ReplicaRoll;
  readonly changes: Changes;
  /** Names the data directory among those that share the database; '' where no other can. */
  readonly home: string;
  /** Other processes may use it at the same time. */
  readonly isShared: boolean;
  /** Records first, so that what is spooled still finds its database. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly config: Config;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly processEpoch: string;
}

/** Closes what is open after another part could not be opened. */
export async function closeAll(opened: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const each of opened) await each.close().catch(() => undefined);
}
