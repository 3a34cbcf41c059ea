import { expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { temporaryStorage } from '../../../../test/support/temporary-storage.ts';
import { PushedLines } from './live/pushed-lines.ts';
import { LogSampling } from './log-sampling.ts';
import { LogPolicies } from './policies/log-policies.ts';
import { lineReader } from './read-line.ts';

/** Every look at it is a millisecond later than the one before. */
class BusyClock extends ManualClock {
  override now(): number {
    this.advance(1);
    return super.now();
  }
}

test('looks at the lines of a request however busy the server is', async () => {
  const clock = new BusyClock();
  const { storage } = await temporaryStorage(clock);
  const sampling = new LogSampling({
    policies: new LogPolicies(storage, clock),
    clock,
    sources: {
      ...{ pushed: new PushedLines(), named: () => new Map() },
      ...{ clickHouseAt: () => undefined, postHogAt: () => undefined },
    },
    miner: {
      async mine(lines) {
        for await (const _batch of lines);
        return [];
      },
    },
    reader: lineReader(),
    usdPerGb: () => 0.5,
    signatureVersion: 1,
  });
  const { analysis } = await sampling.analyze({
    ...{ projectId: 'default', service: 'carts', teamId: null, hours: 1 },
    ...{ source: undefined, clickhouseHost: undefined, apiUrl: undefined },
    lines: [{ body: 'cart 1 priced', bytes: 13, time: clock.now(), severity: undefined }],
    signal: AbortSignal.timeout(10_000),
  });
  expect(analysis.lines).toBe(1);
});
