import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Key, KeyStore } from '../../../server/src/features/access/key-store.ts';
import { Sessions } from '../../../server/src/features/sessions/sessions.ts';
import { HOUR_MS, MINUTE_MS } from '../../../server/src/kernel/time.ts';
import { remoteChanges } from '../../../server/src/workers/changes.ts';
import { ManualClock } from '../../contracts/manual-clock.ts';
import { temporaryStorage } from '../../support/temporary-storage.ts';

const SETTINGS = { idle_minutes: 30, max_hours: 2 };
const OVER = expect.objectContaining({ code: 'auth.invalid', message: 'The session is over. Sign in again.' });

/** Two processes that share a database and a master key. */
async function twoProcesses() {
  const clock = new ManualClock();
  const { storage } = await temporaryStorage(clock);
  const secret = randomBytes(32);
  const open = async () => {
    const changes = remoteChanges(() => clock.monotonic());
    const keys = await KeyStore.open(storage, clock);
    changes.on('keys', (ids) => keys.refresh(ids));
    const of = { storage, changes, keys, clock, secret, settings: () => SETTINGS };
    return { keys, changes, sessions: await Sessions.open<Key>(of) };
  };
  const first = await open();
  const created = await first.keys.create({
    ...{ name: 'ann', projectId: 'default', role: 'operator', scopes: {}, expiresAt: null },
  });
  return { clock, storage, open, first, second: await open(), key: created.key, secret: created.secret };
}

const life = (sessions: Sessions<Key>, token: string) => () => sessions.find(token);

describe('a session', () => {
  it('is known to every process at once, with the same token against foreign pages', async () => {
    const { first, second, secret, key } = await twoProcesses();
    const made = first.sessions.signIn(secret, '127.0.0.1');
    const found = second.sessions.find(made.token);
    expect(found).toEqual({ ...made, key });
    expect(first.sessions.signIn(secret, '127.0.0.1').id).not.toBe(made.id);
  });

  it('goes on while it is used, and is over after the idle time', async () => {
    const { clock, first, secret } = await twoProcesses();
    let { token } = first.sessions.signIn(secret, '127.0.0.1');
    for (let used = 0; used < 3; used++) {
      clock.advance(29 * MINUTE_MS);
      const again = first.sessions.find(token);
      expect(again.token).not.toBe(token);
      token = again.token;
    }
    clock.advance(30 * MINUTE_MS - 1);
    expect(first.sessions.find(token).id).toBeDefined();
    clock.advance(1);
    expect(life(first.sessions, token)).toThrow(OVER);
  });

  it('keeps its cookie while the time of the latest request need not be noted', async () => {
    const { clock, first, secret } = await twoProcesses();
    const { token } = first.sessions.signIn(secret, '127.0.0.1');
    clock.advance(3 * MINUTE_MS - 1);
    expect(first.sessions.find(token).token).toBe(token);
    clock.advance(1);
    expect(first.sessions.find(token).token).not.toBe(token);
  });

  it('is over after its longest time, however much it is used', async () => {
    const { clock, first, secret } = await twoProcesses();
    let { token } = first.sessions.signIn(secret, '127.0.0.1');
    for (let minutes = 20; minutes < 120; minutes += 20) {
      clock.advance(20 * MINUTE_MS);
      ({ token } = first.sessions.find(token));
    }
    clock.advance(20 * MINUTE_MS - 1);
    ({ token } = first.sessions.find(token));
    clock.advance(1);
    expect(life(first.sessions, token)).toThrow(OVER);
  });

  it('ends everywhere when its key is revoked, expires or is replaced', async () => {
    const { clock, first, second, secret, key } = await twoProcesses();
    const { token } = second.sessions.signIn(secret, '127.0.0.1');
    await first.keys.update(key.id, { expiresAt: clock.now() + 1000 });
    await second.changes.refresh('keys', [key.id]);
    expect(second.sessions.find(token).id).toBeDefined();
    clock.advance(1000);
    expect(life(second.sessions, token)).toThrow(OVER);

    const other = await first.keys.create({ ...key, expiresAt: null });
    const theirs = first.sessions.signIn(other.secret, '127.0.0.1');
    await first.keys.revoke(other.key.id);
    expect(life(first.sessions, theirs.token)).toThrow(OVER);

    await first.keys.setAdmin('the admin key before');
    const admins = first.sessions.signIn('the admin key before', '127.0.0.1');
    await first.keys.setAdmin('the admin key after');
    expect(life(first.sessions, admins.token)).toThrow(OVER);
  });

  it('that somebody signed out of is over in processes that run and in those that start later', async () => {
    const { clock, storage, open, first, second, secret } = await twoProcesses();
    const session = first.sessions.signIn(secret, '127.0.0.1');
    const other = first.sessions.signIn(secret, '127.0.0.1');
    await first.sessions.signOut(session);
    expect(life(first.sessions, session.token)).toThrow(OVER);
    await second.changes.refresh('setting:signed-out', [session.id]);
    expect(life(second.sessions, session.token)).toThrow(OVER);
    const third = await open();
    expect(life(third.sessions, session.token)).toThrow(OVER);
    expect(third.sessions.find(other.token).id).toBe(other.id);

    await first.sessions.prune();
    expect(await storage.settings.all('signed-out')).toHaveLength(1);
    clock.advance(720 * HOUR_MS);
    await first.sessions.prune();
    expect(await storage.settings.all('signed-out')).toEqual([]);
  });

  it('cannot be made or changed by somebody without the secret', async () => {
    const { first, secret } = await twoProcesses();
    const { token } = first.sessions.signIn(secret, '127.0.0.1');
    const [payload = '', signature = ''] = token.split('.');
    const fields = JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown[];
    const written = (of: unknown) => Buffer.from(JSON.stringify(of)).toString('base64url');
    const forged = [
      '',
      '.',
      payload,
      `${payload}.`,
      `${payload}.${signature.slice(0, -2)}`,
      `.${signature}`,
      `${written([fields[0], 'admin', fields[2], fields[3]])}.${signature}`,
      `${written([fields[0], fields[1], fields[2], Number(fields[3]) + 1])}.${signature}`,
      `${written({ 0: fields[0] })}.${signature}`,
      `${written(['x'])}.${signature}`,
    ];
    for (const each of forged) expect(life(first.sessions, each), each).toThrow(OVER);
  });
});

describe('sign-in', () => {
  it('waits after ten wrong keys from an address, and other addresses do not', async () => {
    const { clock, first, secret } = await twoProcesses();
    const attempt = (key: string, address: string) => () => first.sessions.signIn(key, address);
    for (let wrong = 0; wrong < 10; wrong++) {
      expect(attempt('wrong', '10.0.0.1')).toThrow(expect.objectContaining({ code: 'auth.invalid' }));
    }
    const waits = expect.objectContaining({ code: 'limit.rate', retryAfterMs: MINUTE_MS });
    expect(attempt(secret, '10.0.0.1')).toThrow(waits);
    expect(attempt(secret, '10.0.0.2')).not.toThrow();
    clock.advance(MINUTE_MS);
    expect(attempt(secret, '10.0.0.1')).not.toThrow();
  });
});
