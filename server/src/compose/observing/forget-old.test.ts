import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { settled } from '../../../../test/contracts/ledger-records.ts';
import { systemClock } from '../../../../test/contracts/system-clock.ts';
import { temporaryStorage } from '../../../../test/support/temporary-storage.ts';
import { AuditLog } from '../../features/audit/audit-log.ts';
import { DAY_MS } from '../../kernel/time.ts';
import { openSqliteLedger } from '../../storage/sqlite/open-ledger.ts';
import { forgetOld } from './forget-old.ts';

const NOW = 1_000 * DAY_MS;

test('forgets records of calls and keeps their sums; without a setting nothing goes', async () => {
  const { storage, directory } = await temporaryStorage(systemClock);
  const file = join(directory, 'weir.db');
  const ledger = await openSqliteLedger({
    dataDir: directory,
    file,
    durability: 'process',
    clock: systemClock,
    processEpoch: 'test',
  });
  const ages = Array.from({ length: 1200 }, () => 40).concat([1, 2, 3]);
  await Promise.all(
    ages.map((age, at) =>
      ledger.settle(settled(`req_${at}`, { timestamp: NOW - age * DAY_MS, tags: { age: `${age}` } })),
    ),
  );
  const query = { fromMs: 0, toMs: 2 * NOW, groupBy: [] };
  const before = await ledger.report(query);
  expect(await forgetOld({ retention: {}, storage, nowMs: NOW })).toMatchObject({ rows: 0 });
  const gone = await forgetOld({ retention: { usage_days: 30 }, storage, nowMs: NOW });
  expect(gone).toEqual({ usage: 1200, content: 0, audit: 0, runs: 0, conversations: 0, rows: 1200 });
  expect((await ledger.records({ limit: 1000 })).data).toHaveLength(3);
  expect(await ledger.report(query)).toEqual(before);
  await ledger.close();
  const database = new DatabaseSync(file, { readOnly: true });
  expect(database.prepare('select count(*) as tags from usage_tags').get()?.tags).toBe(3);
  database.close();
});

test('the audit log can still be checked when its beginning is gone, and a change is still found', async () => {
  let nowMs = 0;
  const clock = { ...systemClock, now: () => nowMs };
  const { storage, directory } = await temporaryStorage(clock);
  const log = new AuditLog(storage, clock);
  for (const day of [1, 2, 3, 50, 51]) {
    nowMs = day * DAY_MS;
    await log.record({ projectId: '', actor: 'a', action: 'b', object: String(day), detail: {} });
  }
  expect((await forgetOld({ retention: { audit_days: 10 }, storage, nowMs })).audit).toBe(3);
  expect(await log.verify()).toEqual({ rows: 2, brokenAt: null });
  const database = new DatabaseSync(join(directory, 'weir.db'));
  database.exec("update audit set actor = 'nobody' where object = '50'");
  database.close();
  expect((await log.verify()).brokenAt).not.toBeNull();
});
