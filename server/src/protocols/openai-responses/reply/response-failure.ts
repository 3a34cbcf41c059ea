import { WeirError } from '../../../kernel/errors.ts';
import { asObject, asString, compact, type JsonObject } from '../../../kernel/json.ts';
import { readStreamError } from '../../openai-chat/stream-error.ts';

/** Codes only this wire has that blame the request: invalid_prompt, image_too_large, bio_policy... */
const REQUEST_AT_FAULT = /^invalid_(prompt|image|base64)|image|_policy/;

/** A reply or event that says it failed, flat or with an `error` object, with the provider's own words where it gave some. */
export function failureOf(json: JsonObject): WeirError {
  const { type, ...flat } = asObject(json.error) ?? json;
  const error = asObject(json.error) === undefined ? flat : { type, ...flat };
  const code = asString(error.code);
  if (code === undefined || !REQUEST_AT_FAULT.test(code)) return readStreamError(error);
  return new WeirError('upstream.rejected', {
    ...compact({ message: asString(error.message)?.slice(0, 500), param: asString(error.param) }),
    details: { type: 'upstream_error_event', upstream_code: code },
  });
}
