import { roundMilliseconds } from '../kernel/round-milliseconds.ts';
import type { Call } from '../ports/call.ts';

/** Milliseconds. Most calls wait for nothing inside Weir: what took less is not worth a line in the ledger. */
const LEAST_MS = 0.1;

/** What a call did before its first stage: it arrived, was let in by its key and was read. */
const ARRIVAL = 'receive';

/**
 * Notes how long the stage before this one took of its own, on the way to the provider; times after a reply are those of its
 * attempts, which the ledger has.
 */
export function enterStage(call: Call, entered: { at: number; before: string | undefined; nowMono: number }): void {
  const { at, before, nowMono } = entered;
  // Stages that are entered again follow an attempt, which is no time of the stage that makes the next one.
  if (call.stageAt === at - 1) note(call, before ?? ARRIVAL, nowMono);
  call.stageAt = at;
  call.stageMono = nowMono;
}

/** Notes the stage that answered or refused before an attempt was made: it entered no other. */
export function endStages(call: Call, entered: { last: string | undefined; nowMono: number }): void {
  if (entered.last !== undefined) note(call, entered.last, entered.nowMono);
}

function note(call: Call, stage: string, nowMono: number): void {
  const tookMs = nowMono - call.stageMono;
  if (tookMs < LEAST_MS) return;
  call.stages.push({
    stage,
    started_ms: roundMilliseconds(call.stageMono - call.startedMono),
    duration_ms: roundMilliseconds(tookMs),
  });
}
