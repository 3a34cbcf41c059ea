import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { temporaryStorage } from '../../../../test/support/temporary-storage.ts';
import { DAY_MS, MINUTE_MS } from '../../kernel/time.ts';
import type { ContentSeal } from '../../ports/secrets.ts';
import { type Beginning, IdempotentReplies, type IdempotentRequest, type Ticket } from './idempotent-replies.ts';

/** Visible in tests, unreadable in the database. */
const seal: ContentSeal = {
  seal: (projectId, plain) => Buffer.from(`${projectId}|${plain}`).toString('hex'),
  open: (_projectId, sealed) => Buffer.from(sealed, 'hex').toString().split('|')[1] ?? '',
};

const REQUEST: IdempotentRequest = {
  projectId: 'p1',
  keyId: 'key_1',
  route: 'POST /v1/chat/completions',
  idempotencyKey: 'order-66',
  bodyHash: 'aa',
};
const REPLY = { status: 201, headers: { 'content-type': 'application/json' }, body: Buffer.from('{"a":"ä \u0000"}') };

async function prepare(of: { exclusive?: boolean } = {}) {
  const clock = new ManualClock();
  const { storage, directory } = await temporaryStorage(clock);
  const start = (processEpoch: string) =>
    new IdempotentReplies({ storage, seal, clock, processEpoch, exclusive: of.exclusive ?? false });
  return { clock, directory, start, replies: start('one') };
}

function ticketOf(beginning: Beginning): Ticket {
  if (beginning.kind !== 'new') throw new Error('the request was not new');
  return beginning.ticket;
}

describe('an Idempotency-Key', () => {
  test('replays status, headers and body, byte for byte, also after a restart', async () => {
    const { replies, start } = await prepare();
    await replies.finish(ticketOf(await replies.begin(REQUEST)), REPLY);
    for (const current of [replies, start('two')]) {
      expect(await current.begin(REQUEST)).toEqual({ kind: 'replay', reply: REPLY });
    }
  });

  test('conflicts while the first request runs, for as long as that takes', async () => {
    const { replies, clock } = await prepare();
    const ticket = ticketOf(await replies.begin(REQUEST));
    clock.advance(60 * MINUTE_MS);
    await expect(replies.begin(REQUEST)).rejects.toMatchObject({ code: 'conflict', status: 409 });
    await replies.finish(ticket, REPLY);
    expect(await replies.begin(REQUEST)).toMatchObject({ kind: 'replay' });
  });

  test('does not hold on to a refusal for want of money: the budget may be raised, the approval given', async () => {
    const { replies } = await prepare();
    await replies.finish(ticketOf(await replies.begin(REQUEST)), { ...REPLY, status: 402 });
    expect(await replies.begin(REQUEST)).toMatchObject({ kind: 'new' });
  });

  test('lets one of many through that come at once', async () => {
    const { replies } = await prepare();
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => replies.begin(REQUEST)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('refuses another body, running or done', async () => {
    const { replies } = await prepare();
    const other = { ...REQUEST, bodyHash: 'bb' };
    const ticket = ticketOf(await replies.begin(REQUEST));
    await expect(replies.begin(other)).rejects.toMatchObject({ code: 'idempotency.mismatch', status: 422 });
    await replies.finish(ticket, REPLY);
    await expect(replies.begin(other)).rejects.toMatchObject({ code: 'idempotency.mismatch' });
    expect(await replies.begin(REQUEST)).toMatchObject({ kind: 'replay' });
  });

  test.each(['projectId', 'keyId', 'route', 'idempotencyKey'] as const)(
    'is another one with another %s',
    async (field) => {
      const { replies } = await prepare();
      await replies.finish(ticketOf(await replies.begin(REQUEST)), REPLY);
      expect(await replies.begin({ ...REQUEST, [field]: 'other' })).toMatchObject({ kind: 'new' });
    },
  );

  test('is free again when the request was abandoned, failed for the moment, or was too large to keep', async () => {
    const { replies } = await prepare();
    await replies.abandon(ticketOf(await replies.begin(REQUEST)));
    for (const status of [429, 499, 500, 503]) {
      await replies.finish(ticketOf(await replies.begin(REQUEST)), { ...REPLY, status });
    }
    const large = { ...REPLY, body: Buffer.alloc(8 * 1024 * 1024 + 1) };
    await replies.finish(ticketOf(await replies.begin(REQUEST)), large);
    expect(await replies.begin(REQUEST)).toMatchObject({ kind: 'new' });
  });

  test('is forgotten after 24 hours, and its row pruned', async () => {
    const { replies, clock } = await prepare();
    await replies.finish(ticketOf(await replies.begin(REQUEST)), REPLY);
    clock.advance(DAY_MS - 1);
    await replies.prune();
    expect(await replies.begin(REQUEST)).toMatchObject({ kind: 'replay' });
    clock.advance(1);
    expect(await replies.begin(REQUEST)).toMatchObject({ kind: 'new' });
  });

  test('of a process that died is taken over at once when no other can be alive', async () => {
    const { replies, start } = await prepare({ exclusive: true });
    await replies.begin(REQUEST);
    expect(await start('two').begin(REQUEST)).toMatchObject({ kind: 'new' });
  });

  test('of a process that may live is taken over after 11 minutes, not before', async () => {
    const { replies, start, clock } = await prepare();
    await replies.begin(REQUEST);
    const other = start('two');
    clock.advance(11 * MINUTE_MS - 1);
    await expect(other.begin(REQUEST)).rejects.toMatchObject({ code: 'conflict' });
    clock.advance(1);
    expect(await other.begin(REQUEST)).toMatchObject({ kind: 'new' });
  });

  test.each(['', ' padded', 'x'.repeat(256), 'line\nbreak', 'ä'])(
    'is refused when it is %j',
    async (idempotencyKey) => {
      const { replies } = await prepare();
      await expect(replies.begin({ ...REQUEST, idempotencyKey })).rejects.toMatchObject({
        code: 'request.invalid',
        param: 'Idempotency-Key',
      });
    },
  );

  test('leaves neither itself nor the reply readable in the database', async () => {
    const { replies, directory } = await prepare();
    const body = Buffer.from('a private answer');
    await replies.finish(ticketOf(await replies.begin(REQUEST)), { ...REPLY, body });
    for (const name of readdirSync(directory)) {
      const bytes = readFileSync(join(directory, name));
      for (const text of ['private', 'order-66', body.toString('base64')]) expect(bytes.includes(text)).toBe(false);
    }
  });
});
