import { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import type { pino as Pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Sampler } from '../sampler.ts';
import { samplePolicy } from '../testing/sample-policy.ts';
import { pinoHooks } from './pino.ts';

// The server's dependency; the sampler itself knows only its hook.
const pino = createRequire(new URL('../../../server/package.json', import.meta.url))('pino') as typeof Pino;
const NONE = { DEBUG: 0, INFO: 0, WARNING: 0, ERROR: 1, CRITICAL: 1 };

describe('pino', () => {
  function logger(policy: object, options: object = {}) {
    const lines: Record<string, unknown>[] = [];
    const sampler = new Sampler({ policy: { ...samplePolicy, first_k: 0, ...policy } });
    const hooks = pinoHooks(sampler);
    const destination = { write: (text: string) => void lines.push(JSON.parse(text)) };
    return { log: pino({ level: 'trace', hooks, base: null, ...options }, destination), lines, sampler };
  }

  it('does not write, nor serialise, what is dropped', () => {
    const { log, lines, sampler } = logger({ severity_rates: NONE });
    const dear = {
      toJSON: () => {
        throw new Error('serialised');
      },
    };
    log.trace('x');
    log.info({ dear }, 'Stored %d orders', 7);
    log.warn({ dear });
    expect(lines).toEqual([]);
    expect(sampler.counts).toEqual({ seen: 3, kept: 0 });
  });

  it('writes errors, what is above, and exceptions', () => {
    const { log, lines } = logger({ severity_rates: NONE });
    log.error('Lost');
    log.fatal({ disk: 1 }, 'Full');
    log.info(new Error('Odd'));
    log.info({ err: new Error('Odd') }, 'told');
    expect(lines.map(({ msg }) => msg)).toEqual(['Lost', 'Full', 'Odd', 'told']);
    expect(lines[2]?.err).toMatchObject({ message: 'Odd', stack: expect.stringContaining('Error: Odd') });
    for (const line of lines) expect(line).toMatchObject({ sample_rate: 1, 'weir.policy_version': 3 });
  });

  it('writes kept lines as pino does, with the stamp', () => {
    const { log, lines } = logger({ severity_rates: { ...NONE, INFO: 1 } });
    const socket = new Socket();
    const request = Object.assign(new IncomingMessage(socket), { method: 'GET', url: '/orders' });
    log.info('Stored %d orders of %s', 7, 'Ada');
    log.info({ order: 7, trace_id: 'f'.repeat(32) }, 'Stored');
    log.info({ event: 'stored' });
    log.child({ part: 'a' }).info(request);
    socket.destroy();
    const stamp = {
      sample_rate: 1,
      'sampling.threshold': '0',
      'weir.pattern': expect.stringMatching(/^[0-9a-f]{14}$/),
    };
    expect(lines).toMatchObject([
      { ...stamp, msg: 'Stored 7 orders of Ada', level: 30 },
      { ...stamp, msg: 'Stored', order: 7 },
      { ...stamp, event: 'stored' },
      { ...stamp, part: 'a', req: { method: 'GET', url: '/orders' } },
    ]);
  });

  it('stamps lines within lines, and with a key around the fields', () => {
    const { log, lines } = logger({}, { nestedKey: 'fields' });
    const chatty = {
      toJSON: () => {
        log.error('inside');
        return 1;
      },
    };
    log.error('before');
    log.fatal({ chatty }, 'outside');
    log.error({ code: 7 }, 'after');
    expect(lines.map(({ msg }) => msg)).toEqual(['before', 'inside', 'outside', 'after']);
    for (const line of lines) expect(line).toHaveProperty('sample_rate', 1);
  });

  it('finds the rate of a pattern behind a format string', () => {
    const { log, lines } = logger({ pattern_rates: { polled: 0 }, severity_rates: { ...NONE, INFO: 1 } });
    log.info('Polled queue %s: %d messages', 'orders', 3);
    log.info('Polled queue orders: 4 messages');
    log.info('Stored queue %s', 'orders');
    expect(lines.map(({ msg }) => msg)).toEqual(['Stored queue orders']);
  });

  it('stamps among the fields what is like pino and is not pino', () => {
    const { logMethod } = pinoHooks(new Sampler({ policy: samplePolicy }));
    const written: unknown[][] = [];
    const write = (...args: unknown[]) => void written.push(args);
    const error = new Error('Odd');
    for (const args of [['Lost'], [{ order: 7 }, 'Lost'], [error], [Object.freeze({ setHeader: write }), 'Lost']]) {
      logMethod.call({}, args, write, 50);
    }
    const stamp = { sample_rate: 1 };
    expect(written).toMatchObject([
      [stamp, 'Lost'],
      [{ order: 7, ...stamp }, 'Lost'],
      [{ err: error, ...stamp }, 'Odd'],
      [{ res: {}, ...stamp }, 'Lost'],
    ]);
  });

  it('survives what nobody would log', () => {
    const { log, lines } = logger({});
    const hostile = new Proxy({}, { get: refuse, ownKeys: refuse });
    expect(() => log.info(hostile)).toThrow('refused');
    log.info(Object.create(null));
    (log.info as (...args: unknown[]) => void)();
    expect(lines.length).toBeLessThanOrEqual(2);
  });
});

function refuse(): never {
  throw new Error('refused');
}
