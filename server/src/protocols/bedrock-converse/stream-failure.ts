import type { WeirError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/json.ts';
import type { WireEvent } from '../../ports/framing.ts';
import { failureEvent } from '../upstream-failure.ts';
import { readError } from './read-error.ts';

/** Statuses the same exceptions have outside of streams. */
const STATUSES: Readonly<Record<string, number>> = {
  validationException: 400,
  accessDeniedException: 403,
  resourceNotFoundException: 404,
  modelTimeoutException: 408,
  throttlingException: 429,
  serviceQuotaExceededException: 429,
  internalServerException: 500,
  modelStreamErrorException: 500,
  serviceUnavailableException: 503,
  modelNotReadyException: 503,
};

/** The error that an exception event of Bedrock's streams stands for; undefined when the event is none. */
export function bedrockFailure(event: WireEvent): WeirError | undefined {
  const { name } = event;
  if (name === undefined || (name !== 'error' && !name.endsWith('Exception'))) return undefined;
  return failureEvent(STATUSES[name] ?? 500, { type: name, ...readError(parseJson(event.data)) });
}
