import { expect, test } from 'vitest';
import { fakeCall } from '../../../test/chaos/support/gateway-fixture.ts';
import type { Part } from '../kernel/chat.ts';
import { WeirError } from '../kernel/errors.ts';
import { ManualClock } from '../telemetry/testing/manual-clock.ts';
import { StageRunner } from './run-stages.ts';
import type { Stage } from './stage.ts';

const CLOCK = new ManualClock();

function noisy(name: string, log: string[], more: Partial<Stage> = {}): Stage {
  return {
    name,
    async around(_call, next) {
      log.push(`${name} before`);
      await next();
      log.push(`${name} after`);
    },
    settle(_call, outcome) {
      log.push(`${name} settled ${outcome.status}`);
    },
    ...more,
  };
}

test('stages nest in order and settle in reverse order', async () => {
  const log: string[] = [];
  const outcome = await new StageRunner([noisy('a', log), noisy('b', log)], CLOCK).run(fakeCall());
  expect(log).toEqual(['a before', 'b before', 'b after', 'a after', 'b settled 200', 'a settled 200']);
  expect(outcome).toEqual({ error: undefined, status: 200 });
});

test('every stage settles exactly once when a stage throws, and the error is given, not thrown', async () => {
  const log: string[] = [];
  const failing = noisy('b', log, { around: () => Promise.reject(new WeirError('upstream.timeout')) });
  const outcome = await new StageRunner([noisy('a', log), failing], CLOCK).run(fakeCall());
  expect(outcome).toMatchObject({ status: 504, error: { code: 'upstream.timeout' } });
  expect(log).toEqual(['a before', 'b settled 504', 'a settled 504']);
});

test('a stage that repeats its next still settles once', async () => {
  const log: string[] = [];
  const twice: Stage = {
    name: 'twice',
    async around(_call, next) {
      await next();
      await next();
    },
  };
  await new StageRunner([twice, noisy('b', log)], CLOCK).run(fakeCall());
  expect(log.filter((entry) => entry.startsWith('b settled'))).toHaveLength(1);
  expect(log.filter((entry) => entry === 'b before')).toHaveLength(2);
});

test('a throw before any promise is an outcome too', async () => {
  const log: string[] = [];
  const broken = noisy('b', log, {
    around() {
      throw new TypeError('oops');
    },
  });
  const outcome = await new StageRunner([broken], CLOCK).run(fakeCall());
  expect(outcome).toMatchObject({ status: 500, error: { code: 'bug' } });
  expect(log).toEqual(['b settled 500']);
});

test('a settle that fails turns success into its error for those outside it, and the others still settle', async () => {
  const log: string[] = [];
  const ledger = noisy('ledger', log, { settle: () => Promise.reject(new WeirError('store.unavailable')) });
  const outcome = await new StageRunner([noisy('trace', log), ledger, noisy('inner', log)], CLOCK).run(fakeCall());
  expect(outcome).toMatchObject({ status: 503, error: { code: 'store.unavailable' } });
  expect(log.slice(-2)).toEqual(['inner settled 200', 'trace settled 503']);
});

test('a settle that fails after a failure keeps the first failure', async () => {
  const failing: Stage = {
    name: 'x',
    around: () => Promise.reject(new WeirError('upstream.timeout')),
    settle: () => Promise.reject(new WeirError('store.unavailable')),
  };
  const outcome = await new StageRunner([failing], CLOCK).run(fakeCall());
  expect(outcome).toMatchObject({ status: 504, error: { code: 'upstream.timeout' } });
});

test('a stream that has begun keeps its status of 200 whatever comes after', async () => {
  const late: Stage = {
    name: 'late',
    around(call) {
      call.committed = true;
      return Promise.reject(new WeirError('upstream.bad_reply'));
    },
  };
  expect((await new StageRunner([late], CLOCK).run(fakeCall())).status).toBe(200);
});

test('parts go through the stages in order; a stage may drop, double or hold them until the flush', () => {
  const upper: Stage = {
    name: 'upper',
    part: (_call, part, emit) => emit(part.type === 'text-delta' ? { ...part, text: part.text.toUpperCase() } : part),
  };
  const held: Part[] = [];
  const hold: Stage = {
    name: 'hold',
    part: (_call, part) => void held.push(part),
    flush(_call, emit) {
      for (const part of held) emit(part);
    },
  };
  const seen: string[] = [];
  const chain = new StageRunner([upper, hold], CLOCK).partChain(fakeCall(), (part) => {
    if (part.type === 'text-delta') seen.push(part.text);
  });
  chain.emit({ type: 'text-delta', choice: 0, block: 0, text: 'a' });
  chain.emit({ type: 'text-delta', choice: 0, block: 0, text: 'b' });
  expect(seen).toEqual([]);
  chain.flush();
  expect(seen).toEqual(['A', 'B']);
});

test('text passes undecoded only when every stage of this call can take it so', () => {
  const counted: number[] = [];
  const counts: Stage = {
    name: 'counts',
    part: (_call, part, emit) => emit(part),
    skimmed: (_call, _bytes, { characters }) => counted.push(characters),
  };
  const reads: Stage = { name: 'reads', part: (_call, part, emit) => emit(part) };
  const absent: Stage = { ...reads, name: 'absent', ignoresParts: () => true };
  const chainOf = (...stages: Stage[]) => new StageRunner(stages, CLOCK).partChain(fakeCall(), () => {});
  expect(chainOf(counts, reads).skimmed).toBeUndefined();
  expect(chainOf(counts, { ...counts, needsParts: () => true }).skimmed).toBeUndefined();
  const text = { end: 5, textStart: 0, textEnd: 5, characters: 5 };
  chainOf(counts, absent).skimmed?.(Buffer.from('hello'), text);
  expect(counted).toEqual([5]);
});

test('a stage that ignores the parts of a call is asked for none', () => {
  const stage: Stage = {
    name: 'absent',
    ignoresParts: () => true,
    part: () => expect.unreachable(),
    flush: () => expect.unreachable(),
  };
  const seen: string[] = [];
  const chain = new StageRunner([stage], CLOCK).partChain(fakeCall(), (part) => seen.push(part.type));
  chain.emit({ type: 'end' });
  chain.flush();
  expect(seen).toEqual(['end']);
});
