import { workflowDocumentSchema } from '@weir/contract';
import type { z } from 'zod';
import type { Json } from '../../../kernel/json.ts';
import { nearest } from '../../../kernel/nearest.ts';
import { follow } from '../expressions/look-up.ts';
import { errorAt, type Problem, pointerOf } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** Nobody reads more, and each is worth a comparison with many names. */
const MAX_PROBLEMS = 50;
const MAX_NAME = 64;

/** Between the title of an object and its fields, in the message of an unknown key. */
const SEPARATOR = '\n';

/** What the contract's schema says against a document, each with its place and a way out. */
export function shapeProblems(document: Json): Problem[] {
  const result = workflowDocumentSchema.safeParse(document, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? describeOwner(issue.inst) : undefined),
  });
  if (result.success) return [];
  const shown = result.error.issues.slice(0, MAX_PROBLEMS).flatMap((issue) => problemsOf(issue, document));
  return shown.slice(0, MAX_PROBLEMS);
}

/** The issue itself does not say which keys there are. */
function describeOwner(schema: unknown): string {
  const object = schema as z.ZodObject;
  return [object.meta()?.title ?? 'object', ...Object.keys(object.shape)].join(SEPARATOR);
}

function problemsOf(issue: Issue, document: Json): Problem[] {
  const value = follow(document, issue.path as (string | number)[], 0);
  const pointer = pointerOf('', ...issue.path);
  if (issue.code === 'unrecognized_keys') return issue.keys.slice(0, MAX_PROBLEMS).map((key) => unknownKey(issue, key));
  if (value === undefined && issue.path.length > 0) return [missing(issue.path, issue)];
  if (issue.code === 'invalid_union') {
    if (issue.errors.length === 0) return [unknownType(issue, value, pointer)];
    return fromUnion(issue, value, document);
  }
  const field = String(issue.path.at(-1) ?? 'The document');
  return [errorAt(pointer, `${field} ${complaint(issue, value)}.`, remedy(issue, value))];
}

function unknownKey(issue: Extract<Issue, { code: 'unrecognized_keys' }>, key: string): Problem {
  const [title, ...keys] = issue.message.split(SEPARATOR);
  const meant = nearest(key.slice(0, MAX_NAME), keys);
  return errorAt(
    pointerOf('', ...issue.path, key),
    `${shown(key)} is not a field of ${title}.`,
    meant === undefined
      ? `Remove it; the fields are ${keys.filter((name) => !name.includes('_')).join(', ')}.`
      : `Did you mean ${JSON.stringify(meant)}?`,
  );
}

function missing(path: readonly PropertyKey[], issue: Issue): Problem {
  const field = String(path.at(-1));
  const options =
    'options' in issue && Array.isArray(issue.options) ? `, one of ${issue.options.map(String).join(', ')}` : '';
  return errorAt(
    pointerOf('', ...path.slice(0, -1)),
    `${field} is missing.`,
    `Add ${JSON.stringify(field)}${options}.`,
  );
}

function unknownType(issue: Issue, value: Json | undefined, pointer: string): Problem {
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  return errorAt(pointer, `${shown(value)} is not a type Weir knows.`, oneOf(options, value));
}

function oneOf(options: readonly string[], value: Json | undefined): string {
  const meant = typeof value === 'string' ? nearest(value.slice(0, MAX_NAME), options) : undefined;
  return meant === undefined ? `Write one of ${options.join(', ')}.` : `Did you mean ${JSON.stringify(meant)}?`;
}

/** Of the alternatives, the one that the value was probably meant to be. */
function fromUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  value: Json | undefined,
  document: Json,
): Problem[] {
  const kinds = issue.errors.filter((errors) => !errors.some((error) => isWrongKind(error)));
  const likely = kinds.find((errors) => !errors.some((error) => error.code === 'invalid_format')) ?? undefined;
  if (likely !== undefined)
    return likely.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, document));
  const expected = new Set(issue.errors.flat().map((error) => expectation(error)));
  return [
    errorAt(
      pointerOf('', ...issue.path),
      `${String(issue.path.at(-1))} must be ${[...expected].join(' or ')}, not ${shown(value)}.`,
      `Write ${[...expected].join(' or ')}.`,
    ),
  ];
}

function isWrongKind(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_format') return 'an expression in {{ }}';
  if (issue.code === 'invalid_type') return KINDS[issue.expected] ?? `a ${issue.expected}`;
  return issue.code === 'invalid_value' ? `one of ${issue.values.map(String).join(', ')}` : 'another value';
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

function complaint(issue: Issue, value: Json | undefined): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${expectation(issue)}, not ${shown(value)}`;
    case 'invalid_value':
      return `is ${shown(value)}, which is not allowed here`;
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `is ${shown(value)}, ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum} is allowed`
        : `is too short, it needs at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `is ${shown(value)}, at most ${issue.maximum} is allowed`
        : `is too long, it may have at most ${issue.maximum}`;
    case 'invalid_format':
      return `is ${shown(value)}, which is not written as it must be`;
    default:
      return `is not valid: ${issue.message.slice(0, 200)}`;
  }
}

function remedy(issue: Issue, value: Json | undefined): string {
  switch (issue.code) {
    case 'invalid_value':
      return oneOf(issue.values.map(String), value);
    case 'too_small':
      if (issue.inclusive === false) return `Use more than ${issue.minimum}.`;
      return issue.origin === 'array' ? `Add at least ${issue.minimum}.` : `Use ${issue.minimum} or more.`;
    case 'too_big':
      return `Use ${issue.maximum} or less.`;
    case 'invalid_format':
      return 'pattern' in issue ? `Write it so that it matches ${String(issue.pattern)}.` : 'Correct it.';
    default:
      return `Write ${expectation(issue)}.`;
  }
}

function shown(value: Json | undefined): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
