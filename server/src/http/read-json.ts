import { isUtf8 } from 'node:buffer';
import { WeirError } from '../kernel/errors.ts';
import { isObject, type JsonObject } from '../kernel/json.ts';
import { assertUniqueKeys } from '../protocols/json-edit.ts';

/** A body as a JSON object. Throws `request.invalid` that says what is wrong, without repeating the body. */
export function readJson(body: Buffer | undefined): JsonObject {
  if (body === undefined || body.length === 0) throw invalid('The body is empty; a JSON object is expected.');
  if (!isUtf8(body)) throw invalid('The body is not valid UTF-8.');
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    const position = /position (\d+)/.exec((cause as Error).message)?.[1];
    throw invalid(
      position === undefined
        ? 'The body is not complete JSON.'
        : `The body is not valid JSON: see character ${position}.`,
    );
  }
  if (!isObject(json)) throw invalid('The body must be a JSON object.');
  assertUniqueKeys(body, json);
  return json;
}

function invalid(message: string): WeirError {
  return new WeirError('request.invalid', { param: 'body', message });
}
