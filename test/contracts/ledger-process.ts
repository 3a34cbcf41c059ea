import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { randomHex } from '../../server/src/kernel/ids.ts';
import type { Durability } from '../../server/src/storage/spool/spool.ts';
import { openSqliteLedger } from '../../server/src/storage/sqlite/open-ledger.ts';
import { intended, NOON, settled } from './ledger-records.ts';
import { systemClock } from './system-clock.ts';

/**
 * A process that is made to be killed: writes calls without end and prints a line for each promise that resolved,
 * `intend <id>` or `settle <id>`. Arguments: data directory, durability, calls at once.
 */
const [dataDir = '', durability = 'process', callers = '20'] = process.argv.slice(2);

const ledger = await openSqliteLedger({
  dataDir,
  file: join(dataDir, 'weir.db'),
  durability: durability as Durability,
  clock: systemClock,
  processEpoch: randomHex(4),
  // Small, so that kills also hit the change of segments.
  segmentBytes: 32 * 1024,
});
print('open');
await Promise.all(Array.from({ length: Number(callers) }, callForever));

async function callForever(): Promise<void> {
  for (;;) {
    const id = `req_${randomHex(12)}`;
    const timestamp = NOON + Number.parseInt(randomHex(3), 16) * 20;
    await ledger.intend(intended(id, { timestamp }));
    print(`intend ${id}`);
    await ledger.settle(settled(id, { timestamp, tags: { round: dataDir.slice(-1) } }));
    print(`settle ${id}`);
  }
}

/** Straight to the pipe: what is printed here survives the kill. */
function print(line: string): void {
  writeSync(1, `${line}\n`);
}
