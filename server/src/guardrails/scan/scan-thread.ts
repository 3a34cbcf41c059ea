import type { Clock } from '../../ports/clock.ts';
import { ScanAllowance } from './scan-allowance.ts';
import type { ScanAnswer, ScanJob, ScanReport } from './scan-job.ts';

/** The part of a worker thread that is used here. */
export interface ScanWorker {
  postMessage(job: ScanJob): void;
  on(event: 'message', listener: (report: ScanReport) => void): unknown;
  on(event: 'error' | 'exit', listener: () => void): unknown;
  unref(): void;
  terminate(): Promise<unknown>;
}

export interface ScanThreadOptions {
  readonly clock: Clock;
  /** Characters of background jobs that may wait together; what comes on top is not looked at. */
  readonly maxWaitingCharacters: number;
  /** Part of one processor core that background jobs may use, 0 to 1. */
  readonly backgroundShare: () => number;
  /** Part of the time since it was last asked that the event loop had nothing to do, 0 to 1; absent: all of it. */
  readonly idle?: () => number;
  readonly start: () => ScanWorker;
}

interface Waiting {
  readonly job: ScanJob;
  readonly characters: number;
  readonly isBackground: boolean;
  readonly done: (answer: ScanAnswer) => void;
  isOver: boolean;
  /** Of the allowance, in milliseconds. */
  takenMs: number;
  /** When it went to the thread. */
  sentMono: number;
}

/** The first job loads the detectors. */
const START_MS = 10_000;
/** A background job that takes longer has met a bug; the thread is replaced. */
const BACKGROUND_LIMIT_MS = 10_000;

/**
 * One thread for the full detectors. Jobs that calls wait for go to it at once; background jobs one at a time, so that no
 * call waits behind more than one of them. Started at first use, replaced when it hangs or dies.
 */
export class ScanThread {
  readonly #options: ScanThreadOptions;
  readonly #allowance: ScanAllowance;
  /** Asked and not answered, in order. */
  readonly #asked: Waiting[] = [];
  readonly #background: Waiting[] = [];
  #backgroundRunning = false;
  #waitingCharacters = 0;
  #worker: ScanWorker | undefined;
  #isWarm = false;
  #isClosed = false;

  constructor(options: ScanThreadOptions) {
    this.#options = options;
    const { clock, backgroundShare: share, idle } = options;
    this.#allowance = new ScanAllowance({ clock, share, ...(idle === undefined ? {} : { idle }) });
  }

  /** Undefined: a detector threw, or it took too long. */
  ask(job: ScanJob, deadlineMs: number): Promise<ScanAnswer> {
    return new Promise((resolve) => this.#send(waitingFor(job, false, resolve), deadlineMs));
  }

  /** May a background job come at all? Asked before one is put together. */
  hasRoom(): boolean {
    return !this.#isClosed && this.#allowance.hasAny();
  }

  /** Undefined comes at once when there is no room, or the share of the processor is used up. */
  askLater(job: ScanJob, done: (answer: ScanAnswer) => void): void {
    const waiting = waitingFor(job, true, done);
    const isFull = this.#waitingCharacters + waiting.characters > this.#options.maxWaitingCharacters;
    if (this.#isClosed || isFull) return done(undefined);
    waiting.takenMs = this.#allowance.take(waiting.characters);
    if (waiting.takenMs === 0) return done(undefined);
    this.#waitingCharacters += waiting.characters;
    this.#background.push(waiting);
    this.#nextInBackground();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    this.#worker = undefined;
    for (const waiting of [...this.#asked.splice(0), ...this.#background.splice(0)]) end(waiting, undefined);
    await worker?.terminate();
  }

  #nextInBackground(): void {
    if (this.#backgroundRunning) return;
    const next = this.#background.shift();
    if (next === undefined) return;
    this.#backgroundRunning = true;
    this.#send(next, BACKGROUND_LIMIT_MS);
  }

  #send(waiting: Waiting, deadlineMs: number): void {
    if (this.#isClosed) return end(waiting, undefined);
    const worker = this.#start();
    this.#asked.push(waiting);
    waiting.sentMono = this.#options.clock.monotonic();
    const limitMs = deadlineMs + (this.#isWarm ? 0 : START_MS);
    const cancel = this.#options.clock.after(limitMs, () => this.#tooLate(waiting));
    const { done } = waiting;
    Object.assign(waiting, {
      done: (answer: ScanAnswer) => {
        cancel();
        done(answer);
      },
    });
    worker.postMessage(waiting.job);
  }

  /** Only the job that runs can be the one that hangs; one further back merely came too late. */
  #tooLate(waiting: Waiting): void {
    const runs = this.#asked[0] === waiting;
    this.#finish(waiting, undefined);
    if (runs) this.#replace();
  }

  /** Without a report a job has cost all the time it was away. */
  #finish(waiting: Waiting, answer: ScanAnswer, tookMs = this.#options.clock.monotonic() - waiting.sentMono): void {
    if (waiting.isOver) return;
    end(waiting, answer);
    if (!waiting.isBackground) return;
    this.#waitingCharacters -= waiting.characters;
    if (this.#isWarm) this.#allowance.correct({ takenMs: waiting.takenMs, tookMs });
    this.#backgroundRunning = false;
    this.#nextInBackground();
  }

  /** The thread is given up; what else it was asked is asked again. */
  #replace(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    const open = this.#asked.splice(0).filter(({ isOver }) => !isOver);
    if (open.length === 0 || this.#isClosed) return;
    const next = this.#start();
    this.#asked.push(...open);
    for (const { job } of open) next.postMessage(job);
  }

  #start(): ScanWorker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = this.#options.start();
    this.#worker = worker;
    this.#isWarm = false;
    worker.unref();
    worker.on('message', ({ answer, tookMs }) => {
      if (this.#worker !== worker) return;
      this.#isWarm = true;
      const waiting = this.#asked.shift();
      if (waiting !== undefined) this.#finish(waiting, answer, tookMs);
    });
    const fail = () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      const [first] = this.#asked;
      if (first !== undefined) this.#finish(first, undefined);
      this.#replace();
    };
    worker.on('error', fail);
    worker.on('exit', fail);
    return worker;
  }
}

function waitingFor(job: ScanJob, isBackground: boolean, done: (answer: ScanAnswer) => void): Waiting {
  let characters = 0;
  for (const { text } of job.texts) characters += text.length;
  return { job, characters, isBackground, done, isOver: false, takenMs: 0, sentMono: 0 };
}

function end(waiting: Waiting, answer: ScanAnswer): void {
  if (waiting.isOver) return;
  waiting.isOver = true;
  waiting.done(answer);
}
