import { expect, test } from 'vitest';
import { fakeCall } from '../../../../test/chaos/support/gateway-fixture.ts';
import type { UsageRecord } from '../../kernel/usage-record.ts';
import { StageRunner } from '../run-stages.ts';
import { trace } from './trace.ts';

test('observers are told once of a call, after who waits for its end', async () => {
  const told: string[] = [];
  const call = fakeCall();
  call.record = { request_id: call.id } as UsageRecord;
  const { promise: observed, resolve } = Promise.withResolvers<void>();
  const stage = trace([
    (record, of) => told.push(`observed ${record.request_id} ${of === call}`),
    () => {
      told.push('observed again');
      resolve();
    },
  ]);
  await new StageRunner([stage], { monotonic: () => 0 }).run(call);
  told.push('replied');
  await observed;
  expect(told).toEqual(['replied', `observed ${call.id} true`, 'observed again']);
});
