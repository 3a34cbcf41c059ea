import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isWeirError } from '../../server/src/kernel/errors.ts';
import { randomHex } from '../../server/src/kernel/ids.ts';
import type { Durability } from '../../server/src/storage/spool/spool.ts';
import { openSqliteLedger } from '../../server/src/storage/sqlite/open-ledger.ts';
import { intended, NOON, settled } from './ledger-records.ts';
import { systemClock } from './system-clock.ts';

/**
 * A process that is made to be killed: writes calls without end. For each promise that resolved it appends a line,
 * `intend <id>` or `settle <id>`, to the file `acknowledged` of its data directory, and prints it, so that who watches
 * knows when to kill. A caller that is refused adds `refused <code>` and stops; the process ends when all have stopped.
 * Arguments: data directory, durability.
 */
const [dataDir = '', durability = 'process'] = process.argv.slice(2);
const CALLS_AT_ONCE = 20;
const acknowledged = openSync(join(dataDir, 'acknowledged'), 'a');

const ledger = await openSqliteLedger({
  dataDir,
  file: join(dataDir, 'weir.db'),
  durability: durability as Durability,
  clock: systemClock,
  processEpoch: randomHex(4),
  // Small, so that kills also hit the change of segments.
  segmentBytes: durability === 'process' ? 512 * 1024 : 32 * 1024,
});
console.log('open');
await Promise.all(Array.from({ length: CALLS_AT_ONCE }, () => callForever().catch(refused)));
process.exit();

function refused(error: unknown): void {
  acknowledge(`refused ${isWeirError(error) ? error.code : error}`);
}

async function callForever(): Promise<void> {
  for (;;) {
    const id = `req_${randomHex(12)}`;
    const timestamp = NOON + Number.parseInt(randomHex(3), 16) * 20;
    await ledger.intend(intended(id, { timestamp }));
    acknowledge(`intend ${id}`);
    await ledger.settle(settled(id, { timestamp, tags: { round: dataDir.slice(-1) } }));
    acknowledge(`settle ${id}`);
  }
}

/** Straight to the file, because what waits in a stream dies with the process. */
function acknowledge(line: string): void {
  writeSync(acknowledged, `${line}\n`);
  console.log(line);
}
