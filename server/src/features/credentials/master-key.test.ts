import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { temporaryStorage } from '../../../../test/support/temporary-storage.ts';
import { MasterKey } from './master-key.ts';
import { openMasterKey } from './open-master-key.ts';

const newKey = () => randomBytes(32).toString('base64');

async function fresh() {
  return temporaryStorage(new ManualClock());
}

describe('the master key', () => {
  test('is made once, in a file that only its owner reads', async () => {
    const { storage, directory } = await fresh();
    const sources = { environment: {}, dataDir: directory, storage };
    const first = await openMasterKey(sources);
    const second = await openMasterKey(sources);
    expect(second.id).toBe(first.id);
    expect(statSync(join(directory, 'master.key')).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory).filter((name) => name.startsWith('master.key'))).toEqual(['master.key']);
  });

  test('is one key when two starts meet an empty directory', async () => {
    const { storage, directory } = await fresh();
    const sources = { environment: {}, dataDir: directory, storage };
    const keys = await Promise.all([openMasterKey(sources), openMasterKey(sources), openMasterKey(sources)]);
    expect(new Set(keys.map((key) => key.id)).size).toBe(1);
  });

  test.each([
    ['base64', (bytes: Buffer) => bytes.toString('base64')],
    ['urlsafe base64 with padding', (bytes: Buffer) => `${bytes.toString('base64url')}=`],
    ['urlsafe base64', (bytes: Buffer) => bytes.toString('base64url')],
    ['base64 with a line end', (bytes: Buffer) => `${bytes.toString('base64')}\n`],
  ])('is read from %s', (_, write) => {
    const bytes = Buffer.alloc(32, 0xfb);
    expect(MasterKey.parse(write(bytes), 'X').id).toBe(MasterKey.parse(bytes.toString('base64'), 'X').id);
  });

  test.each(['short', 'x'.repeat(44), Buffer.alloc(31).toString('base64'), Buffer.alloc(33).toString('base64'), 'ä'])(
    'is refused as %j, naming the setting and not the value',
    (text) => {
      expect(() => MasterKey.parse(text, 'ENCRYPTION_KEY')).toThrow(
        /^ENCRYPTION_KEY must be 32 random bytes in base64/,
      );
      expect(() => MasterKey.parse(text, 'ENCRYPTION_KEY')).not.toThrow(text);
    },
  );

  test('comes from WEIR_MASTER_KEY before ENCRYPTION_KEY before the file', async () => {
    const { storage, directory } = await fresh();
    const environment = { WEIR_MASTER_KEY: newKey(), ENCRYPTION_KEY: newKey() };
    const key = await openMasterKey({ environment, dataDir: directory, storage });
    expect(key.id).toBe(MasterKey.parse(environment.WEIR_MASTER_KEY, '').id);
    expect(key.source).toBe('WEIR_MASTER_KEY');
    expect(readdirSync(directory)).not.toContain('master.key');
  });

  test.each(['WEIR_MASTER_KEY', 'ENCRYPTION_KEY'])('refuses to start with a wrong %s, naming it', async (setting) => {
    const { storage, directory } = await fresh();
    await openMasterKey({ environment: { [setting]: newKey() }, dataDir: directory, storage });
    const wrong = newKey();
    const start = openMasterKey({ environment: { [setting]: wrong }, dataDir: directory, storage });
    await expect(start).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringMatching(new RegExp(`^${setting} is not the master key of this database`)),
    });
    await expect(start).rejects.not.toMatchObject({ message: expect.stringContaining(wrong) });
  });

  test('is not made anew when the file of an existing database is gone', async () => {
    const { storage, directory } = await fresh();
    const sources = { environment: {}, dataDir: directory, storage };
    await openMasterKey(sources);
    rmSync(join(directory, 'master.key'));
    await expect(openMasterKey(sources)).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining('master.key is missing'),
    });
    expect(readdirSync(directory)).not.toContain('master.key');
  });

  test('is refused from a damaged file, naming the file', async () => {
    const { storage, directory } = await fresh();
    writeFileSync(join(directory, 'master.key'), 'not a key');
    await expect(openMasterKey({ environment: {}, dataDir: directory, storage })).rejects.toThrow(
      /master\.key must be/,
    );
  });

  test('shows only its id when printed', () => {
    const text = newKey();
    const key = MasterKey.parse(text, 'X');
    for (const shown of [JSON.stringify({ key }), inspect({ key }, { depth: 9, showHidden: true }), `${key}`]) {
      expect(shown).toContain(key.id);
      expect(shown).not.toContain(text);
      expect(shown).not.toContain(Buffer.from(text, 'base64').toString('hex'));
    }
  });

  test('is nowhere in the database', async () => {
    const { storage, directory } = await fresh();
    await openMasterKey({ environment: {}, dataDir: directory, storage });
    const text = readFileSync(join(directory, 'master.key'), 'utf8').trim();
    for (const name of readdirSync(directory).filter((file) => file.startsWith('weir.db'))) {
      expect(readFileSync(join(directory, name)).includes(text)).toBe(false);
      expect(readFileSync(join(directory, name)).includes(Buffer.from(text, 'base64'))).toBe(false);
    }
  });
});
