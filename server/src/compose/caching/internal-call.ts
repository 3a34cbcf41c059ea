import { randomHex } from '../../kernel/ids.ts';
import { type Call, type Caller, type CallOutput, newCall, type Outcome, type RunCall } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Payload } from '../../ports/payload.ts';

/** Nobody listens: the whole reply is read from the call. */
export const NOWHERE: CallOutput = { startStream: () => undefined, write: () => true, onDrain: () => undefined };

/** A call that Weir makes for itself, on behalf of a caller who pays for it: limited, budgeted and recorded like any other. */
export function internalCall(of: {
  readonly caller: Caller;
  /** Whose budget it is paid from, besides the key's and the project's. */
  readonly userId: string | undefined;
  /** The ledger's name of what it is for. */
  readonly wire: string;
  readonly operation: Call['operation'];
  readonly payload: Payload;
  readonly model: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** The call that it is made for; undefined: none. */
  readonly main: Call | undefined;
}): Call {
  const { timeoutMs, clock } = of;
  return newCall({
    id: `req_${randomHex(16)}`,
    startedAt: clock.now(),
    startedMono: clock.monotonic(),
    // What Weir calls for itself is the operator's choice, not the key's.
    caller: { ...of.caller, models: undefined, routes: undefined },
    attribution: { userId: of.userId, agentType: of.wire, sessionId: undefined, tags: {}, traceparent: undefined },
    operation: of.operation,
    wire: of.wire,
    models: [of.model],
    stream: false,
    limits: { totalMs: timeoutMs, attemptMs: timeoutMs, idleMs: timeoutMs, askedByClient: true },
    clientHeaders: {},
    output: NOWHERE,
    payload: of.payload,
    pinned: undefined,
    cacheAsked: 'bypass',
    ...(of.main?.run?.beside === undefined ? {} : { run: partOf(of.main.run) }),
  });
}

/** It costs the run of the call that it is made for. Calls and tokens that a run may use are those that its steps ask for. */
function partOf(run: RunCall): RunCall {
  return { ...run, idempotencyKey: undefined, allowances: [], keep: undefined, beside: undefined };
}

/** Runs an internal call, and lets whoever counts what `main` costs know. */
export function runFor(
  main: Call | undefined,
  internal: Call,
  run: (call: Call) => Promise<Outcome>,
): Promise<Outcome> {
  const running = run(internal);
  const record = () => internal.record;
  main?.run?.beside?.(running.then(record, record));
  return running;
}
