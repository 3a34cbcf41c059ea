import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { temporaryStorage } from '../../../../test/support/temporary-storage.ts';
import type { AuditRow, Storage } from '../../ports/storage.ts';
import { AuditLog } from './audit-log.ts';

const clock = new ManualClock();
const event = (object: string, projectId = 'p1') => ({
  projectId,
  actor: 'key_1',
  action: 'key.create',
  object,
  detail: {},
});

async function openLog() {
  const { storage } = await temporaryStorage(clock);
  return { storage, log: new AuditLog(storage, clock) };
}

/** The same database with one row other than it was. */
function tampered(storage: Storage, change: (rows: AuditRow[]) => AuditRow[]): AuditLog {
  const list: Storage['audit']['list'] = async (query) => change(await storage.audit.list(query));
  return new AuditLog({ ...storage, audit: { ...storage.audit, list } }, clock);
}

describe('the audit log', () => {
  test('chains rows in the order they were recorded, also when many come at once', async () => {
    const { log } = await openLog();
    await Promise.all(Array.from({ length: 20 }, (_, index) => log.record(event(`key_${index}`))));
    const rows = await log.list({ projectId: undefined, limit: 100, before: undefined });
    expect(rows.map((row) => row.object)).toEqual(Array.from({ length: 20 }, (_, index) => `key_${19 - index}`));
    expect(await log.verify()).toEqual({ rows: 20, brokenAt: null });
  });

  test('goes on with the chain after a restart', async () => {
    const { storage, log } = await openLog();
    await log.record(event('first'));
    const restarted = new AuditLog(storage, clock);
    await restarted.record(event('second'));
    expect(await restarted.verify()).toEqual({ rows: 2, brokenAt: null });
  });

  test.each<[string, (rows: AuditRow[]) => AuditRow[]]>([
    ['a changed actor', (rows) => rows.map((row) => (row.object === 'b' ? { ...row, actor: 'nobody' } : row))],
    ['a changed detail', (rows) => rows.map((row) => (row.object === 'a' ? { ...row, detail: '{"x":1}' } : row))],
    ['a missing row', (rows) => rows.filter((row) => row.object !== 'b')],
    ['a missing first row', (rows) => rows.filter((row) => row.object !== 'a')],
    ['two rows in another order', ([c, b, a]) => [c!, a!, b!]],
  ])('shows %s', async (_, change) => {
    const { storage, log } = await openLog();
    for (const object of ['a', 'b', 'c']) await log.record(event(object));
    expect(await log.verify()).toEqual({ rows: 3, brokenAt: null });
    expect((await tampered(storage, change).verify()).brokenAt).toMatch(/^audit_/);
  });

  test('shows a project only its own rows, page by page', async () => {
    const { log } = await openLog();
    for (const object of ['a', 'b', 'c']) await log.record(event(object));
    await log.record(event('foreign', 'p2'));
    const [newest] = await log.list({ projectId: 'p1', limit: 1, before: undefined });
    const rest = await log.list({ projectId: 'p1', limit: 10, before: newest!.id });
    expect([newest, ...rest].map((row) => row!.object)).toEqual(['c', 'b', 'a']);
  });

  test('masks what is called a secret or looks like one, at any depth', async () => {
    const { log } = await openLog();
    const detail = {
      name: 'ci',
      api_key: 'hunter2',
      nested: [{ Authorization: 'Bearer abc', note: 'uses sk-1234567890abcdef' }],
      tokens_per_day: 5,
    };
    await log.record({ ...event('x'), detail });
    const [row] = await log.list({ projectId: undefined, limit: 1, before: undefined });
    expect(JSON.parse(row!.detail)).toEqual({
      name: 'ci',
      api_key: '[masked]',
      nested: [{ Authorization: '[masked]', note: '[masked]' }],
      tokens_per_day: 5,
    });
  });

  test('tells the caller when a row could not be stored, and goes on with the next', async () => {
    const { storage } = await openLog();
    let fails = true;
    const append: Storage['audit']['append'] = (make) => {
      if (fails) return Promise.reject(new Error('disk full'));
      return storage.audit.append(make);
    };
    const log = new AuditLog({ ...storage, audit: { ...storage.audit, append } }, clock);
    await expect(log.record(event('lost'))).rejects.toThrow('disk full');
    fails = false;
    await log.record(event('kept'));
    expect(await log.verify()).toEqual({ rows: 1, brokenAt: null });
  });
});
