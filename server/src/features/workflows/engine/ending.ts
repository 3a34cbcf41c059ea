import { isWeirError, toWeirError } from '../../../kernel/errors.ts';
import { asObject, type Json, type JsonObject, parseJson } from '../../../kernel/json.ts';

/** Why a step or a run failed, as rows keep it. */
export class StepFailure extends Error {
  readonly code: string;
  readonly retryable: boolean;
  /** Path of the step that failed first. */
  readonly step: string | undefined;
  /** What the error says besides, in the vocabulary of its code. */
  readonly details: JsonObject;

  constructor(
    code: string,
    of: { message: string; retryable?: boolean; step?: string | undefined; details?: JsonObject; cause?: unknown },
  ) {
    super(of.message, { cause: of.cause });
    this.code = code;
    this.retryable = of.retryable ?? false;
    this.step = of.step;
    this.details = of.details ?? {};
  }
}

/**
 * What ends the interpretation of a run without being a failure of it. parked: nothing can go on · cancelled: somebody asked ·
 * lost: another process owns it · stopping: this process ends · beside: a step beside it failed.
 */
export class Interrupted extends Error {
  readonly reason: 'parked' | 'cancelled' | 'lost' | 'stopping' | 'beside';

  constructor(reason: Interrupted['reason']) {
    super(`interrupted: ${reason}`);
    this.reason = reason;
  }
}

/** Anything that a step threw. Bugs keep their cause for the log; what is shown is the table's text. */
export function failureOf(thrown: unknown, step: string): StepFailure {
  if (thrown instanceof StepFailure) return thrown.step === undefined ? failureAt(thrown, step) : thrown;
  const error = toWeirError(thrown);
  const { code, message, retryable, details } = error;
  const plain = JSON.parse(JSON.stringify(details)) as JsonObject;
  return new StepFailure(code, {
    message,
    retryable,
    step,
    details: plain,
    cause: isWeirError(thrown) ? undefined : thrown,
  });
}

function failureAt({ code, message, retryable, details }: StepFailure, step: string): StepFailure {
  return new StepFailure(code, { message, retryable, details, step });
}

export function failureJson({ code, message, step, retryable, details }: StepFailure): string {
  const more = Object.keys(details).length === 0 ? {} : { details };
  return JSON.stringify({
    code,
    message,
    ...(step === undefined ? {} : { step }),
    ...(retryable ? { retryable } : {}),
    ...more,
  });
}

export function readFailure(json: string): StepFailure {
  const { code, message, step, retryable, details } = asObject(parseJson(json)) ?? {};
  return new StepFailure(String(code), {
    message: String(message),
    step: typeof step === 'string' ? step : undefined,
    retryable: retryable === true,
    details: asObject(details) ?? {},
  });
}

/** What templates see as `error`. */
export function failureView({ code, message, step }: StepFailure): Json {
  return { code, message, ...(step === undefined ? {} : { step }) };
}
