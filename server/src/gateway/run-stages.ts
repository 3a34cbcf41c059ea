import type { Part } from '../kernel/chat.ts';
import { toWeirError, type WeirError } from '../kernel/errors.ts';
import type { Call, Outcome } from '../ports/call.ts';
import type { Clock } from '../ports/clock.ts';
import type { SkimmedText } from '../ports/protocol.ts';
import type { Emit, Stage } from './stage.ts';
import { endStages, enterStage } from './stage-times.ts';

export interface PartChain {
  readonly emit: Emit;
  readonly flush: () => void;
  /** Tells the stages of an event that passes undecoded; undefined when one of them must see every part. */
  readonly skimmed: ((bytes: Buffer, text: SkimmedText) => void) | undefined;
}

/** The pipeline, ready to run: `around` nests in order, `settle` runs in reverse order. */
export class StageRunner {
  readonly #arounds: readonly Stage[];
  readonly #settles: readonly Stage[];
  readonly #parts: readonly Stage[];

  readonly #clock: Pick<Clock, 'monotonic'>;

  constructor(stages: readonly Stage[], clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
    this.#arounds = stages.filter((stage) => stage.around !== undefined);
    this.#settles = stages.filter((stage) => stage.settle !== undefined).reverse();
    this.#parts = stages.filter((stage) => stage.part !== undefined || stage.flush !== undefined);
  }

  /** Runs the call to its end and settles it exactly once. Gives the error instead of throwing it. */
  async run(call: Call): Promise<Outcome> {
    let error: WeirError | undefined;
    try {
      await this.#step(call, 0);
    } catch (thrown) {
      error = toWeirError(thrown);
    }
    if (call.attempts.length === 0) {
      endStages(call, { last: this.#arounds[call.stageAt]?.name, nowMono: this.#clock.monotonic() });
    }
    const outcome: Outcome = { error, status: statusOf(call, error) };
    return this.#settle(call, outcome);
  }

  /** The chain of part functions for one stream, ending in `last`. */
  partChain(call: Call, last: Emit): PartChain {
    let emit = last;
    const flushes: (() => void)[] = [];
    const skimmers: Stage[] = [];
    let canSkim = true;
    for (let at = this.#parts.length - 1; at >= 0; at--) {
      const stage = this.#parts[at] as Stage;
      if (stage.ignoresParts?.(call) === true) continue;
      if (stage.skimmed === undefined || stage.needsParts?.(call) === true) canSkim = false;
      else skimmers.push(stage);
      const next = emit;
      if (stage.part !== undefined) emit = (part: Part) => stage.part?.(call, part, next);
      if (stage.flush !== undefined) flushes.unshift(() => stage.flush?.(call, next));
    }
    return {
      emit,
      flush: () => {
        for (const flush of flushes) flush();
      },
      skimmed: canSkim
        ? (bytes, text) => {
            for (const stage of skimmers) stage.skimmed?.(call, bytes, text);
          }
        : undefined,
    };
  }

  #step(call: Call, at: number): Promise<void> {
    const stage = this.#arounds[at];
    if (stage?.around === undefined) return Promise.resolve();
    enterStage(call, { at, before: this.#arounds[at - 1]?.name, nowMono: this.#clock.monotonic() });
    return stage.around(call, () => this.#step(call, at + 1));
  }

  /** A settle that fails turns success into its error: a reply whose record could not be kept must not look whole. */
  async #settle(call: Call, outcome: Outcome): Promise<Outcome> {
    let result = outcome;
    for (const stage of this.#settles) {
      try {
        const waiting = stage.settle?.(call, result);
        if (waiting !== undefined) await waiting;
      } catch (thrown) {
        const error = toWeirError(thrown);
        result = { error: result.error ?? error, status: result.error === undefined ? error.status : result.status };
      }
    }
    return result;
  }
}

function statusOf(call: Call, error: WeirError | undefined): number {
  if (call.committed) return 200;
  return error === undefined ? (call.reply?.status ?? 200) : error.status;
}
