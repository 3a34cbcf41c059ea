import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { temporaryStorage } from '../../../../test/support/temporary-storage.ts';
import type { Storage } from '../../ports/storage.ts';
import { openContentSeal } from './content-seal.ts';
import { CredentialStore } from './credential-store.ts';
import { MasterKey } from './master-key.ts';
import { openMasterKey } from './open-master-key.ts';
import { rotateMasterKey } from './rotate-master-key.ts';
import { openCredential } from './seal-credential.ts';

const clock = new ManualClock();
const addresses = {
  configured: () => ({ baseUrl: 'https://api.example', fixed: false }),
  check: async () => undefined,
};
const keyText = () => randomBytes(32).toString('base64');

/** A database with three credentials and one sealed text. */
async function filled() {
  const { storage, directory } = await temporaryStorage(clock);
  const texts = { old: keyText(), next: keyText() };
  const open = (text: string) => openMasterKey({ environment: { WEIR_MASTER_KEY: text }, dataDir: directory, storage });
  const from = await open(texts.old);
  const to = MasterKey.parse(texts.next, 'the new key');
  const store = await CredentialStore.open({ storage, masterKey: from, clock, addresses });
  for (const projectId of ['a', 'b', 'c']) {
    const owner = { scope: 'project', projectId, userId: '' } as const;
    await store.put({ provider: 'openai', secret: `secret of ${projectId}`, baseUrl: undefined, ...owner });
  }
  const sealed = (await openContentSeal(storage, from)).seal('a', 'a stored reply');
  return { storage, texts, open, from, to, sealed };
}

async function readable(storage: Storage, key: MasterKey) {
  return (await storage.credentials.all()).map((row) => openCredential(row, key)).sort();
}

const ALL = ['secret of a', 'secret of b', 'secret of c'];

describe('changing the master key', () => {
  test('moves every credential and all content, and the old key no longer starts', async () => {
    const { storage, texts, open, from, to, sealed } = await filled();
    expect(await rotateMasterKey(storage, { from, to })).toEqual({ credentials: 3 });
    expect(await readable(storage, await open(texts.next))).toEqual(ALL);
    expect((await openContentSeal(storage, to)).open('a', sealed)).toBe('a stored reply');
    await expect(open(texts.old)).rejects.toMatchObject({ code: 'config.invalid' });
  });

  test('that was cut short anywhere is finished by running it again', async () => {
    for (let cut = 1; cut <= 4; cut++) {
      const { storage, from, to, sealed } = await filled();
      let writes = 0;
      const failing = <T extends unknown[]>(write: (...values: T) => Promise<void>) => {
        return async (...values: T) => {
          if (++writes >= cut) throw new Error('power cut');
          await write(...values);
        };
      };
      const cutOff: Storage = {
        ...storage,
        credentials: { ...storage.credentials, put: failing(storage.credentials.put) },
        values: { ...storage.values, put: failing(storage.values.put) },
      };
      await expect(rotateMasterKey(cutOff, { from, to })).rejects.toThrow('power cut');
      await rotateMasterKey(storage, { from, to });
      expect(await readable(storage, to)).toEqual(ALL);
      expect((await openContentSeal(storage, to)).open('a', sealed)).toBe('a stored reply');
    }
  });

  test('changes nothing when one row cannot be read', async () => {
    const { storage, from, to } = await filled();
    const [row] = await storage.credentials.all();
    await storage.credentials.put({ ...row!, sealed: 'AAAA' });
    const before = await storage.credentials.all();
    await expect(rotateMasterKey(storage, { from, to })).rejects.toThrow(row!.id);
    expect(await storage.credentials.all()).toEqual(before);
  });

  test('is refused with a key that is not the present one, or to the same one', async () => {
    const { storage, from, to } = await filled();
    const stranger = MasterKey.parse(keyText(), 'a stranger');
    const another = MasterKey.parse(keyText(), 'another');
    await expect(rotateMasterKey(storage, { from: stranger, to: another })).rejects.toThrow('not the master key');
    await expect(rotateMasterKey(storage, { from, to: from })).rejects.toThrow('is the old one');
    await rotateMasterKey(storage, { from, to });
    expect(await rotateMasterKey(storage, { from, to })).toEqual({ credentials: 0 });
  });
});

describe('sealed content', () => {
  test('opens for its own project only, also after a restart', async () => {
    const { storage, from, sealed } = await filled();
    const seal = await openContentSeal(storage, from);
    expect(seal.open('a', sealed)).toBe('a stored reply');
    expect(() => seal.open('b', sealed)).toThrow('cannot be read');
    expect(() => seal.open('a', 'AAAA')).toThrow('cannot be read');
    expect(sealed).not.toContain(Buffer.from('stored').toString('base64').slice(0, 6));
  });
});
