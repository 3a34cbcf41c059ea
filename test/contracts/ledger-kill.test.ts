import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { randomHex } from '../../server/src/kernel/ids.ts';
import type { Durability } from '../../server/src/storage/spool/spool.ts';
import { openSqliteLedger } from '../../server/src/storage/sqlite/open-ledger.ts';
import { requirement } from '../support/requirement.ts';
import { allRecords, expectedReport } from './ledger-sums.ts';
import { systemClock } from './system-clock.ts';

const ROUNDS = 20;
const SEED = Number(process.env.WEIR_TEST_SEED ?? 20_261_120);
const CHILD = join(import.meta.dirname, 'ledger-process.ts');

/** What the killed processes were promised, by request id. */
interface Acknowledged {
  readonly intended: Set<string>;
  readonly settled: Set<string>;
  /** Error codes. */
  readonly refused: Set<string>;
}

describe(requirement('B10c'), () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'ledger-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  test.each<Durability>(['process', 'fsync', 'database'])(
    'loses no acknowledged record and doubles none when its process is killed, durability %s',
    async (durability) => {
      const random = randomFrom(SEED);
      const rounds = durability === 'process' ? ROUNDS : ROUNDS / 4;
      for (let round = 0; round < rounds; round++) {
        // Some die while they recover, the others at any later line.
        const lines = round % 5 === 4 ? 1 : 1 + Math.floor(random() * 1500);
        await runAndKill({ dataDir, durability, lines });
      }
      const all = readAcknowledged(dataDir);
      await expectExactly(all, { inFlight: rounds === ROUNDS });
    },
    180_000,
  );

  test('refuses calls when the disk takes no more, and keeps every call it did not refuse', async () => {
    const file = join(dataDir, 'weir.db');
    await (
      await openSqliteLedger({ dataDir, file, durability: 'process', clock: systemClock, processEpoch: 'first' })
    ).close();
    // A limit on the size of files fails in the middle of a write, as a full disk does; the empty database fits, a segment does not.
    const limited = spawn('sh', ['-c', 'ulimit -f 700; exec "$0" "$@"', process.execPath, CHILD, dataDir, 'process'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await new Promise((resolve) => limited.once('exit', resolve));
    const { intended, settled, refused } = readAcknowledged(dataDir);
    expect(refused).toEqual(new Set(['store.unavailable']));
    await expectExactly({ intended, settled, refused }, { inFlight: true });
  });

  /** `inFlight`: enough kills that some call must have been cut in the middle. */
  async function expectExactly(all: Acknowledged, { inFlight }: { inFlight: boolean }): Promise<void> {
    const options = { dataDir, file: join(dataDir, 'weir.db'), durability: 'process', clock: systemClock } as const;
    const ledger = await openSqliteLedger({ ...options, processEpoch: randomHex(4) });
    expect((await ledger.recovered).damagedLines).toBe(0);
    const records = await allRecords(ledger);
    const byId = new Map(records.map((record) => [record.request_id, record]));
    expect(all.settled.size).toBeGreaterThan(0);
    expect(byId.size).toBe(records.length);
    expect([...all.settled].filter((id) => byId.get(id)?.success !== true)).toEqual([]);
    expect([...all.intended].filter((id) => !byId.has(id))).toEqual([]);
    // Calls that were in flight at a kill are there as estimates.
    const estimated = records.filter(({ cost_state }) => cost_state === 'estimated');
    if (inFlight) expect(estimated.length).toBeGreaterThan(0);
    expect(estimated.filter(({ request_id }) => all.settled.has(request_id))).toEqual([]);
    for (const groupBy of [['hour'], ['day', 'model'], ['tag']] as const) {
      const query = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, groupBy };
      expect(await ledger.report(query)).toEqual(expectedReport(records, query));
    }
    await ledger.close();
    const again = await openSqliteLedger({ ...options, processEpoch: randomHex(4) });
    expect(await again.recovered).toEqual({ segments: 0, lines: 0, damagedLines: 0, settledCalls: 0 });
    expect(await allRecords(again)).toHaveLength(records.length);
    await again.close();
    expect(countOpenIntents(options.file)).toBe(0);
  }
});

interface Run {
  readonly dataDir: string;
  readonly durability: Durability;
  /** Killed after so many lines. */
  readonly lines: number;
}

async function runAndKill({ dataDir, durability, lines }: Run): Promise<void> {
  const child = spawn(process.execPath, [CHILD, dataDir, durability], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<string | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  let seen = 0;
  for await (const _ of createInterface({ input: child.stdout })) {
    if (++seen === lines) child.kill('SIGKILL');
  }
  expect(await ended).toBe('SIGKILL');
}

function readAcknowledged(dataDir: string): Acknowledged {
  const lines = readFileSync(join(dataDir, 'acknowledged'), 'utf8').split('\n');
  const restOf = (promise: string) =>
    lines.filter((line) => line.startsWith(promise)).map((line) => line.slice(promise.length));
  return {
    intended: new Set(restOf('intend ')),
    settled: new Set(restOf('settle ')),
    refused: new Set(restOf('refused ')),
  };
}

function countOpenIntents(file: string): number {
  const database = new DatabaseSync(file);
  const count = Number(database.prepare('select count(*) as open from open_intents').get()?.open);
  database.close();
  return count;
}

/** A small generator of numbers in [0, 1), the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
