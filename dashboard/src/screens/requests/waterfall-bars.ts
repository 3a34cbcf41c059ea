import type { UsageRecord } from './call-row.ts';

/** One line of the waterfall; times in milliseconds from the call's arrival. */
export interface Bar {
  readonly name: string;
  readonly note: string;
  readonly fromMs: number;
  readonly tookMs: number;
  readonly kind: 'weir' | 'stage' | 'wait' | 'attempt' | 'failed' | 'stream';
}

/** Shorter gaps between attempts are not waits. */
const LEAST_WAIT_MS = 1;

/**
 * Where the time of a call went: inside Weir, in its stages that took long, in each attempt, in the waits between them, in
 * streaming, and in what is done with a reply.
 */
export function waterfallBars(call: UsageRecord): Bar[] {
  const bars: Bar[] = [];
  const first = call.attempts[0];
  const beforeMs = first === undefined ? call.response_time_ms : clamp(first.started_at - call.timestamp, call);
  bars.push({ name: 'Weir', note: inside(call), fromMs: 0, tookMs: beforeMs, kind: 'weir' });
  bars.push(...call.stages.map(stageBar));
  let endMs = beforeMs;
  for (const attempt of call.attempts) {
    const fromMs = clamp(Math.max(attempt.started_at - call.timestamp, 0), call);
    if (fromMs - endMs >= LEAST_WAIT_MS && attempt !== first) {
      bars.push({ name: 'Wait', note: waitNote(attempt.reason), fromMs: endMs, tookMs: fromMs - endMs, kind: 'wait' });
    }
    const isFailed = attempt.status < 200 || attempt.status >= 400 || attempt.error_code !== null;
    bars.push({
      name: `${attempt.provider}/${attempt.model}`,
      note: attemptNote(attempt),
      fromMs,
      tookMs: attempt.duration_ms,
      kind: isFailed ? 'failed' : 'attempt',
    });
    endMs = Math.max(endMs, fromMs + attempt.duration_ms);
  }
  if (call.stream && call.time_to_first_token_ms !== null && call.success) {
    const fromMs = call.time_to_first_token_ms;
    const tookMs = Math.max(0, call.response_time_ms - fromMs);
    bars.push({ name: 'Stream', note: 'first to last token', fromMs, tookMs, kind: 'stream' });
  }
  const afterMs = call.response_time_ms - endMs;
  if (first !== undefined && !call.stream && afterMs >= LEAST_WAIT_MS) {
    bars.push({ name: 'Weir', note: 'the reply, checked and kept', fromMs: endMs, tookMs: afterMs, kind: 'weir' });
  }
  return bars;
}

function stageBar({ stage, started_ms, duration_ms }: UsageRecord['stages'][number]): Bar {
  // "guardInput" is read as "guard input".
  const note = stage.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return { name: '', note, fromMs: started_ms, tookMs: duration_ms, kind: 'stage' };
}

function inside(call: UsageRecord): string {
  if (call.cache === 'hit' || call.cache === 'semantic') return 'answered from the cache';
  if (call.attempts.length === 0) return call.error_code ?? 'answered here';
  return call.findings.length > 0 ? `checked, ${call.findings.length} findings` : 'checked and routed';
}

function waitNote(reason: string): string {
  return reason === 'retry' ? 'before the next try' : 'on the way to the next target';
}

function attemptNote({ reason, status, error_code }: UsageRecord['attempts'][number]): string {
  const outcome = error_code ?? (status === 0 ? 'no answer' : String(status));
  return reason === 'first' ? outcome : `${reason}, ${outcome}`;
}

function clamp(ms: number, call: UsageRecord): number {
  return Math.min(Math.max(ms, 0), call.response_time_ms);
}
