import type { ErrorObject } from 'ajv/dist/2020.js';
import type { ReplyProblem } from '../kernel/reply-problem.ts';

const MAX_PROBLEMS = 10;
const MAX_MESSAGE = 300;
const MAX_PATH = 256;

/** What the validator says in the words of the API; what a schema allows is said, what a reply holds is not. */
export function schemaProblems(errors: readonly ErrorObject[]): ReplyProblem[] {
  return errors.slice(0, MAX_PROBLEMS).map((error) => ({
    error_type: 'schema',
    message: cut(messageOf(error), MAX_MESSAGE),
    path: cut(error.instancePath, MAX_PATH),
    recoverable: true,
  }));
}

function messageOf({ keyword, message = 'is not valid', params }: ErrorObject): string {
  switch (keyword) {
    case 'enum':
      return `${message}: ${JSON.stringify(params.allowedValues)}`;
    case 'const':
      return `${message}: ${JSON.stringify(params.allowedValue)}`;
    case 'additionalProperties':
      return `${message}: ${JSON.stringify(params.additionalProperty)}`;
    case 'unevaluatedProperties':
      return `${message}: ${JSON.stringify(params.unevaluatedProperty)}`;
    default:
      return message;
  }
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
