import { parentPort, workerData } from 'node:worker_threads';
import type { LoadedConfig } from '../../config/load-config.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { CallCounts } from '../../workers/call-counts.ts';
import { remoteChanges } from '../../workers/changes.ts';
import { Link } from '../../workers/link.ts';
import { type App, composeApp } from '../app.ts';
import { systemClock } from '../system-clock.ts';
import type { WorkerCommands, WorkerStart } from './start-options.ts';
import { threadBackends } from './thread-backends.ts';

/** A thread that serves calls beside the main thread, from the same port. */
const start = workerData as WorkerStart;
const changes = remoteChanges(() => systemClock.monotonic());
let app: App | undefined;
let newer: LoadedConfig | undefined;

const commands: WorkerCommands = {
  reload(loaded) {
    newer = loaded;
    app?.reload(loaded);
  },
  changed: (kind, names) => changes.refresh(kind, names),
  age: (milliseconds) => changes.age(milliseconds),
  async close() {
    await app?.close();
    // The answer leaves first; this ends the thread, not the process.
    setImmediate(() => setImmediate(() => process.exit()));
  },
};
const link: Link = new Link(start.link, { commands });
const destination = {
  write(text: string): boolean {
    link.tell('log', 'write', [text]);
    return true;
  },
  on: () => undefined,
};
const level = start.loaded.config.telemetry.log_level;

app = await composeApp({
  loaded: start.loaded,
  environment: start.environment,
  dataDir: start.dataDir,
  log: { logger: createLogger({ level, destination }), destination, level },
  thread: threadBackends({
    link,
    changes,
    counts: CallCounts.attach(start.counts, start.row),
    port: start.port,
    isShared: start.isShared,
  }),
});
// What changed while this thread was made.
if (newer !== undefined) app.reload(newer);
await changes.refreshAll();
await app.listen();
parentPort?.postMessage('listening');
