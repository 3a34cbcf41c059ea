import type { WeirError } from '../kernel/errors.ts';
import { isoSeconds } from '../kernel/time.ts';
import type { ChatClientProtocol } from '../ports/protocol.ts';
import type { ErrorShape } from './route.ts';

/** Where our answer leaves: one error in the shape of the API it was asked on. */
export interface ErrorEncoder {
  body(error: WeirError, shape: ErrorShape, requestId: string): Buffer;
}

export function errorEncoder(
  wires: { openai: ChatClientProtocol; anthropic: ChatClientProtocol },
  now: () => number,
): ErrorEncoder {
  return {
    body(error, shape, requestId) {
      if (shape === 'openai') return toBytes(wires.openai.encodeError(error, requestId));
      if (shape === 'anthropic') return toBytes(wires.anthropic.encodeError(error, requestId));
      return toBytes(envelope(error, { requestId, nowMs: now() }));
    },
  };
}

/** The error of every API that is not a provider's wire. */
export function envelope(error: WeirError, of: { requestId: string; nowMs: number }): Record<string, unknown> {
  const details = { type: error.name, ...(error.param === undefined ? {} : { param: error.param }), ...error.details };
  return {
    success: false,
    error: { code: error.code, message: error.message, details: { ...details, request_id: of.requestId } },
    timestamp: isoSeconds(of.nowMs),
  };
}

/** Client libraries wait as long as they are told: none of a provider's wire is told more than a minute. */
const LONGEST_PAUSE_MS = 60_000;

/** Headers that tell clients whether and when to come back. */
export function errorHeaders(
  error: WeirError,
  { retriesSpent, shape }: { retriesSpent: boolean; shape: ErrorShape },
): Record<string, string> {
  const headers: Record<string, string> = {};
  const pauseMs = error.retryAfterMs;
  if (pauseMs !== undefined) {
    const ownLimit = shape === 'weir' && error.code === 'limit.rate';
    const shownMs = ownLimit ? pauseMs : Math.min(pauseMs, LONGEST_PAUSE_MS);
    headers['retry-after'] = String(Math.ceil(shownMs / 1000));
    headers['retry-after-ms'] = String(Math.ceil(shownMs));
  }
  if (error.status === 402 || (retriesSpent && error.status >= 408) || (error.status === 429 && !error.retryable)) {
    headers['x-should-retry'] = 'false';
  }
  return headers;
}

function toBytes(body: unknown): Buffer {
  return Buffer.from(JSON.stringify(body));
}
