import type { MessagePort } from 'node:worker_threads';
import type { Environment, LoadedConfig } from '../../config/load-config.ts';

/** What a worker thread finds as its `workerData`. */
export interface WorkerStart {
  readonly loaded: LoadedConfig;
  readonly environment: Environment;
  readonly dataDir: string;
  /** The port that the main thread listens on; this thread shares it. */
  readonly port: number;
  /** To the main thread. */
  readonly link: MessagePort;
  /** Of `CallCounts`. */
  readonly counts: SharedArrayBuffer;
  /** Of this thread among the counts; the main thread has 0. */
  readonly row: number;
  /** Other processes use the database. */
  readonly isShared: boolean;
}

/** What a worker thread does when the main thread says so. */
export interface WorkerCommands {
  reload(loaded: LoadedConfig): void;
  /** Rows of the kind changed; resolves when they are read again. */
  changed(kind: string, names: readonly string[] | undefined): Promise<void>;
  /** How long ago the main thread knew of all changes, in milliseconds. */
  age(milliseconds: number): void;
  /** Lets running calls finish, then stops everything. */
  close(): Promise<void>;
}
