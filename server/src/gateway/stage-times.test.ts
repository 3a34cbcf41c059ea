import { expect, test } from 'vitest';
import { fakeCall } from '../../../test/chaos/support/gateway-fixture.ts';
import { WeirError } from '../kernel/errors.ts';
import type { Call } from '../ports/call.ts';
import { ManualClock } from '../telemetry/testing/manual-clock.ts';
import { StageRunner } from './run-stages.ts';
import type { Stage } from './stage.ts';

/** A stage that takes so many milliseconds on the way to the provider, and so many after it. */
function taking(clock: ManualClock, name: string, of: { before?: number; after?: number; times?: number }): Stage {
  return {
    name,
    async around(_call, next) {
      clock.advance(of.before ?? 0);
      for (let time = 0; time < (of.times ?? 1); time++) await next();
      clock.advance(of.after ?? 0);
    },
  };
}

function leaving(clock: ManualClock): Stage {
  return {
    name: 'callProvider',
    async around(call) {
      clock.advance(40);
      call.attempts.push({} as Call['attempts'][number]);
    },
  };
}

test('a call tells its stages that took their time before it left, each without those after it', async () => {
  const clock = new ManualClock(0);
  const call = { ...fakeCall(), startedMono: clock.monotonic(), stageMono: clock.monotonic() };
  clock.advance(2);
  const stages = [
    taking(clock, 'admit', { before: 0.05 }),
    taking(clock, 'guardInput', { before: 7.5, after: 3 }),
    taking(clock, 'retry', { times: 2 }),
    taking(clock, 'reserveBudget', { before: 1 }),
    leaving(clock),
  ];
  await new StageRunner(stages, clock).run(call);
  expect(call.stages).toEqual([
    { stage: 'receive', started_ms: 0, duration_ms: 2 },
    { stage: 'guardInput', started_ms: 2.05, duration_ms: 7.5 },
    { stage: 'reserveBudget', started_ms: 9.55, duration_ms: 1 },
    { stage: 'reserveBudget', started_ms: 50.55, duration_ms: 1 },
  ]);
});

test('a call that was refused or answered before it left tells the stage that did it', async () => {
  const clock = new ManualClock(0);
  const call = { ...fakeCall(), startedMono: clock.monotonic(), stageMono: clock.monotonic() };
  const refusing: Stage = {
    name: 'guardInput',
    async around() {
      clock.advance(300);
      throw new WeirError('guard.blocked');
    },
  };
  await new StageRunner([taking(clock, 'admit', {}), refusing, leaving(clock)], clock).run(call);
  expect(call.stages).toEqual([{ stage: 'guardInput', started_ms: 0, duration_ms: 300 }]);
});
