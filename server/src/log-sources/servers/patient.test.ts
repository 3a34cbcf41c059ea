import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import type { AskServer, ServerRequest } from './ask-server.ts';
import { patient } from './patient.ts';

const request = (signal = new AbortController().signal): ServerRequest => ({
  ...{ method: 'GET', url: 'http://a', headers: {}, signal },
});

/** A server that limits the first questions; time passes as soon as somebody waits. */
function setup(limited: number, retryAfter?: string) {
  const waits: number[] = [];
  let asked = 0;
  const ask: AskServer = async () => {
    asked++;
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    return asked <= limited ? { status: 429, headers, body: '' } : { status: 200, headers: {}, body: '' };
  };
  const clock = new ManualClock();
  clock.after = (delayMs, run) => {
    waits.push(delayMs);
    queueMicrotask(run);
    return () => {};
  };
  return { ask: patient(ask, clock), waits };
}

describe('a server that limits questions', () => {
  test('is asked again after the time it names', async () => {
    const { ask, waits } = setup(2, '4');
    expect(await ask(request())).toMatchObject({ status: 200 });
    expect(waits).toEqual([4000, 4000]);
  });

  test('is asked again after longer and longer rests when it names none, and at last left alone', async () => {
    const { ask, waits } = setup(100);
    expect(await ask(request())).toMatchObject({ status: 429 });
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  test('is not waited for longer than half a minute, whatever it says', async () => {
    const { ask, waits } = setup(1, '86400');
    await ask(request());
    expect(waits).toEqual([30_000]);
  });

  test('is not waited for by somebody who gave up', async () => {
    const clock = new ManualClock();
    const ask = patient(async () => ({ status: 429, headers: {}, body: '' }), clock);
    const controller = new AbortController();
    const asking = ask(request(controller.signal));
    controller.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
  });
});
