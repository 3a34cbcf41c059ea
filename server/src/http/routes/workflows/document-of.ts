import { isUtf8 } from 'node:buffer';
import { WeirError } from '../../../kernel/errors.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import { readJson } from '../../read-json.ts';
import type { WeirRequest } from '../../route.ts';

const YAML = /^(?:application|text)\/(?:x-)?yaml(?:\s*;|$)/i;

/** The document that a body is: in JSON, or with a content type of YAML as its text, which the definitions' reader understands. */
export function documentOf({ body, headers }: WeirRequest): Json {
  const bytes = body instanceof Buffer ? body : undefined;
  if (!YAML.test(headers['content-type'] ?? '')) return readJson(bytes) satisfies JsonObject;
  if (bytes !== undefined && isUtf8(bytes)) return bytes.toString('utf8');
  throw new WeirError('request.invalid', { param: 'body', message: 'The body is not valid UTF-8.' });
}
