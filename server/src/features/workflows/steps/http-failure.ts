import { type ErrorCode, WeirError } from '../../../kernel/errors.ts';
import { SECOND_MS } from '../../../kernel/time.ts';
import type { WebReply } from '../../../ports/web-fetch.ts';
import type { StepOf } from '../flow.ts';

/** Statuses below 500 after which the same request may succeed later. */
const WORTH_ANOTHER_TRY: ReadonlySet<number> = new Set([408, 425, 429]);
/** And those above that it never will. */
const FOR_GOOD: ReadonlySet<number> = new Set([501, 505]);

/** A reply that is a failure. The query of the address is left out: it may hold secrets. */
export function httpFailure(step: StepOf<'http'>, of: { url: string; reply: WebReply }): WeirError {
  const { status, headers } = of.reply;
  const { origin, pathname } = new URL(of.url);
  const more = status < 400 ? ' Redirects are not followed: use the address it leads to.' : '';
  const retryAfterMs = retryAfter(headers['retry-after']);
  return new WeirError(codeOf(status), {
    message: `Step "${step.name}": ${step.method} ${origin}${pathname} was answered with status ${status}.${more}`,
    retryable: WORTH_ANOTHER_TRY.has(status) || (status >= 500 && !FOR_GOOD.has(status)),
    details: { step: step.name, status },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function codeOf(status: number): ErrorCode {
  if (status === 429) return 'upstream.rate_limited';
  return status >= 500 ? 'upstream.unavailable' : 'upstream.rejected';
}

function retryAfter(value: string | string[] | undefined): number | undefined {
  const seconds = Number(Array.isArray(value) ? value[0] : value);
  return value !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * SECOND_MS : undefined;
}
