import type { z } from 'zod';
import { invalidRequest, type WeirError } from '../../kernel/errors.ts';
import { nearestName } from './nearest-name.ts';

/** Checks a body against its schema. The error names the first wrong field, an unknown one with the nearest known. */
export function parseBody<Schema extends z.ZodObject>(schema: Schema, json: unknown): z.infer<Schema> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue === undefined) throw invalidRequest('body', 'not valid');
  throw toInvalidRequest(issue, Object.keys(schema.shape));
}

const MESSAGE_FIELDS = ['role', 'content'];

function toInvalidRequest(issue: z.core.$ZodIssue, fields: readonly string[]): WeirError {
  const at = pathText(issue.path);
  if (issue.code !== 'unrecognized_keys') return invalidRequest(at === '' ? 'body' : at, issue.message);
  const key = issue.keys[0] ?? '';
  const nearest = nearestName(key, at === '' ? fields : MESSAGE_FIELDS);
  return invalidRequest(
    at === '' ? key : `${at}.${key}`,
    nearest === undefined ? 'unknown field' : `unknown field; did you mean ${nearest}?`,
  );
}

function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : `${text === '' ? '' : '.'}${String(step)}`;
  return text;
}
