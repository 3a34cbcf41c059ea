import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import type { ScanAnswer, ScanJob, ScanReport } from './scan-job.ts';
import { ScanThread, type ScanWorker } from './scan-thread.ts';

/** A thread that answers when the test says so. */
class FakeWorker implements ScanWorker {
  readonly jobs: ScanJob[] = [];
  terminated = false;
  #message: ((report: ScanReport) => void) | undefined;
  #exit: (() => void) | undefined;

  postMessage(job: ScanJob): void {
    this.jobs.push(job);
  }

  on(event: 'message' | 'error' | 'exit', listener: (report: ScanReport) => void): void {
    if (event === 'message') this.#message = listener;
    else this.#exit = () => listener({ answer: undefined, tookMs: 0 });
  }

  unref(): void {}

  async terminate(): Promise<void> {
    this.terminated = true;
  }

  answer(answer: ScanAnswer, tookMs = 0): void {
    this.#message?.({ answer, tookMs });
  }

  die(): void {
    this.#exit?.();
  }
}

function thread(maxWaitingCharacters = 1000) {
  const clock = new ManualClock();
  const workers: FakeWorker[] = [];
  const scans = new ScanThread({
    clock,
    maxWaitingCharacters,
    backgroundShare: () => 1,
    start: () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
  });
  return { clock, workers, scans };
}

function job(text: string): ScanJob {
  return { version: 'v', texts: [{ text, origin: 'user' }], rules: [], custom: [] };
}

const verdict = (score: number): ScanAnswer => [{ score, hits: [] }];

describe('the thread of the full detectors', () => {
  test('is not started before there is a job', () => {
    expect(thread().workers).toHaveLength(0);
  });

  test('gives each job its own answer', async () => {
    const { scans, workers } = thread();
    const first = scans.ask(job('a'), 100);
    const second = scans.ask(job('b'), 100);
    workers[0]?.answer(verdict(0.1));
    workers[0]?.answer(verdict(0.2));
    expect(await first).toEqual(verdict(0.1));
    expect(await second).toEqual(verdict(0.2));
  });

  test('F57: a job over its deadline has no verdict, its thread goes, and what waited behind it is asked again', async () => {
    const { scans, workers, clock } = thread();
    const warm = scans.ask(job('warm'), 100);
    workers[0]?.answer(verdict(0));
    await warm;
    const hanging = scans.ask(job('hangs'), 100);
    const waiting = scans.ask(job('waits'), 500);
    clock.advance(101);
    expect(await hanging).toBeUndefined();
    expect(workers[0]?.terminated).toBe(true);
    expect(workers[1]?.jobs.map(({ texts }) => texts[0]?.text)).toEqual(['waits']);
    workers[1]?.answer(verdict(0.5));
    expect(await waiting).toEqual(verdict(0.5));
  });

  test('F57: a detector that threw gives no verdict and the thread lives on', async () => {
    const { scans, workers } = thread();
    const failed = scans.ask(job('a'), 100);
    workers[0]?.answer(undefined);
    expect(await failed).toBeUndefined();
    const next = scans.ask(job('b'), 100);
    workers[0]?.answer(verdict(0.3));
    expect(await next).toEqual(verdict(0.3));
    expect(workers).toHaveLength(1);
  });

  test('is replaced when it dies', async () => {
    const { scans, workers } = thread();
    const first = scans.ask(job('kills'), 100);
    const second = scans.ask(job('survives'), 100);
    workers[0]?.die();
    expect(await first).toBeUndefined();
    workers[1]?.answer(verdict(0.4));
    expect(await second).toEqual(verdict(0.4));
  });

  test('takes background jobs one at a time, so that a call waits behind one of them at most', async () => {
    const { scans, workers } = thread();
    const told: unknown[] = [];
    for (const name of ['one', 'two', 'three']) scans.askLater(job(name), (answer) => told.push([name, answer]));
    const urgent = scans.ask(job('urgent'), 100);
    expect(workers[0]?.jobs.map(({ texts }) => texts[0]?.text)).toEqual(['one', 'urgent']);
    workers[0]?.answer(verdict(0.1));
    workers[0]?.answer(verdict(0.9));
    expect(await urgent).toEqual(verdict(0.9));
    expect(told).toEqual([['one', verdict(0.1)]]);
    workers[0]?.answer(verdict(0.2));
    workers[0]?.answer(verdict(0.3));
    expect(told).toHaveLength(3);
  });

  test('refuses background jobs at once when too much waits, and takes them again afterwards', () => {
    const { scans, workers } = thread(10);
    const told: string[] = [];
    scans.askLater(job('12345678'), (answer) => told.push(answer === undefined ? 'first no' : 'first yes'));
    scans.askLater(job('12345678'), (answer) => told.push(answer === undefined ? 'second no' : 'second yes'));
    expect(told).toEqual(['second no']);
    workers[0]?.answer(verdict(0));
    scans.askLater(job('12345678'), () => told.push('third'));
    workers[0]?.answer(verdict(0));
    expect(told).toEqual(['second no', 'first yes', 'third']);
  });

  test('pays for background jobs by their processor time, however long the thread waited for it', () => {
    const { scans, workers, clock } = thread();
    const told: ScanAnswer[] = [];
    const scan = (tookMs: number) => {
      scans.askLater(job('a'), (answer) => told.push(answer));
      clock.advance(5000);
      workers[0]?.answer(verdict(0), tookMs);
    };
    scan(1);
    scan(60_000);
    expect(told).toEqual([verdict(0), verdict(0)]);
    scans.askLater(job('b'), (answer) => told.push(answer));
    expect(told.at(-1)).toBeUndefined();
  });

  test('tells everybody who waits when it closes', async () => {
    const { scans } = thread();
    const waiting = scans.ask(job('a'), 100);
    await scans.close();
    expect(await waiting).toBeUndefined();
    expect(await scans.ask(job('late'), 100)).toBeUndefined();
  });
});
