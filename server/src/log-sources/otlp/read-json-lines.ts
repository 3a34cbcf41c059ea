import { WeirError } from '../../kernel/errors.ts';
import { isObject, type JsonObject } from '../../kernel/json.ts';

export interface JsonRequests {
  readonly requests: readonly JsonObject[];
  /** Lines that are no requests. */
  readonly broken: number;
}

/** One request as JSON, or one on each line. Throws `request.invalid` when there is none. */
export function readJsonLines(text: string): JsonRequests {
  const whole = parsed(text);
  if (whole !== undefined) return { requests: [whole], broken: 0 };
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const requests = lines.map(parsed).filter((request) => request !== undefined);
  if (requests.length === 0) {
    throw new WeirError('request.invalid', {
      param: 'body',
      message: 'The body is no OTLP logs request: neither JSON, nor lines of JSON, nor protocol buffers.',
    });
  }
  return { requests, broken: lines.length - requests.length };
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
