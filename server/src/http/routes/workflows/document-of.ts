import { isUtf8 } from 'node:buffer';
import { WeirError } from '../../../kernel/errors.ts';
import type { Json } from '../../../kernel/json.ts';
import { readJson } from '../../read-json.ts';
import type { WeirRequest } from '../../route.ts';
import type { WorkflowRouteServices } from './services.ts';

const YAML = /^(?:application|text)\/(?:x-)?yaml(?:\s*;|$)/i;

/** The document that a body is, in JSON or, with a content type of YAML, in YAML. */
export function documentOf(
  { body, headers }: WeirRequest,
  { readText }: Pick<WorkflowRouteServices, 'readText'>,
): Json {
  const bytes = body instanceof Buffer ? body : undefined;
  if (bytes === undefined || !YAML.test(headers['content-type'] ?? '')) return readJson(bytes);
  if (isUtf8(bytes)) return readText(bytes.toString('utf8'));
  throw new WeirError('request.invalid', { param: 'body', message: 'The body is not valid UTF-8.' });
}
