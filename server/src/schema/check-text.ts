import { isObject, type Json } from '../kernel/json.ts';
import type { ReplyProblem } from '../kernel/reply-problem.ts';
import type { SanitizeMode } from '../kernel/sanitize-mode.ts';
import type { TextVerdict } from '../ports/reply-check.ts';
import { sanitizeJson } from '../sanitize/sanitize-json.ts';
import { sanitizeText } from '../sanitize/sanitize-text.ts';
import type { JobCheck } from './check-job.ts';
import type { CompiledSchema } from './compile-schema.ts';
import { jsonCandidates } from './extract-json.ts';
import { repairJson } from './repair-json.ts';
import { schemaProblems } from './schema-problems.ts';

/** Deeper values break parsers and whoever walks through them. */
const MAX_JSON_DEPTH = 512;

/** The whole check of one text; `schema` is undefined when any JSON will do. */
export function checkText(check: JobCheck, schema: CompiledSchema | undefined): TextVerdict {
  if (!check.isJson) return checkPlain(check);
  const asItIs = tryJson(check.text, schema, check.sanitize);
  if (asItIs.problems.length === 0) return { ...asItIs, outcome: 'valid' };
  if (!check.repair) return invalid(check.text, asItIs.problems);
  return recover(check, schema, asItIs.problems) ?? invalid(check.text, asItIs.problems);
}

function checkPlain({ text, sanitize }: JobCheck): TextVerdict {
  const clean = sanitizeText(text, sanitize);
  return { outcome: 'valid', text: clean, sanitized: clean !== text, problems: [] };
}

function recover(
  { text, sanitize }: JobCheck,
  schema: CompiledSchema | undefined,
  problems: readonly ReplyProblem[],
): TextVerdict | undefined {
  const attempts: (() => { outcome: 'repaired' | 'extracted'; text: string | undefined }[])[] = [
    () => [{ outcome: 'repaired', text: repairJson(text) }],
    () => jsonCandidates(text).map((candidate) => ({ outcome: 'extracted', text: candidate })),
    () => jsonCandidates(text).map((candidate) => ({ outcome: 'extracted', text: repairJson(candidate) })),
  ];
  for (const attempt of attempts) {
    for (const { outcome, text: mended } of attempt()) {
      if (mended === undefined) continue;
      const tried = tryJson(mended, schema, sanitize);
      if (tried.problems.length === 0) return { ...tried, outcome, problems };
    }
  }
  return undefined;
}

interface Tried {
  readonly text: string;
  readonly sanitized: boolean;
  readonly problems: readonly ReplyProblem[];
}

function tryJson(text: string, schema: CompiledSchema | undefined, sanitize: SanitizeMode): Tried {
  const value = parse(text);
  if (value === undefined) return { text, sanitized: false, problems: [NOT_JSON] };
  if (isTooDeep(value, MAX_JSON_DEPTH)) return { text, sanitized: false, problems: [TOO_DEEP] };
  const clean = sanitizeJson(value, sanitize);
  const problems = schema === undefined ? [] : schemaProblems(schema.validate(clean));
  return clean === value
    ? { text, sanitized: false, problems }
    : { text: JSON.stringify(clean), sanitized: true, problems };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // Its message would repeat the text.
    return undefined;
  }
}

function isTooDeep(value: Json | undefined, left: number): boolean {
  if (!Array.isArray(value) && !isObject(value)) return false;
  if (left === 0) return true;
  for (const item of Object.values(value)) if (isTooDeep(item, left - 1)) return true;
  return false;
}

const NOT_JSON: ReplyProblem = {
  error_type: 'syntax',
  message: 'must be one valid JSON value and nothing else',
  path: '',
  recoverable: true,
};
const TOO_DEEP: ReplyProblem = {
  error_type: 'size',
  message: `is nested more than ${MAX_JSON_DEPTH} levels deep`,
  path: '',
  recoverable: true,
};

function invalid(text: string, problems: readonly ReplyProblem[]): TextVerdict {
  return { outcome: 'invalid', text, sanitized: false, problems };
}
