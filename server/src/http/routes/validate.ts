import { validateReplySchema, validateRequestSchema } from '@weir/contract';
import type { z } from 'zod';
import type { ResponseFormat } from '../../kernel/chat.ts';
import { type Json, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { ReplyProblem } from '../../kernel/reply-problem.ts';
import type { ReplyChecker, TextVerdict } from '../../ports/reply-check.ts';
import { keyOf, type RouteSpec } from '../route.ts';
import { readBody } from '../server.ts';

export interface ValidateServices {
  readonly checker: ReplyChecker;
  /** Longest response, in characters. */
  readonly maxCharacters: () => number;
}

/** Checks any reply of any model as the gateway checks those that pass. */
export function validateRoutes(services: ValidateServices): RouteSpec[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/validate',
      permission: 'call',
      errors: 'weir',
      tag: 'Validation',
      summary: 'Check a reply against what was expected, recover and sanitise it',
      body: validateRequestSchema,
      reply: validateReplySchema,
      handle: (request) =>
        validate(readBody(request, validateRequestSchema), { ...services, projectId: keyOf(request).projectId }),
    },
  ];
}

type Question = z.infer<typeof validateRequestSchema>;
type Answer = z.infer<typeof validateReplySchema>;

async function validate(question: Question, of: ValidateServices & { projectId: string }): Promise<Answer> {
  const { checker, maxCharacters, projectId } = of;
  const { response } = question;
  const text = typeof response === 'string' ? response : JSON.stringify(response);
  const limit = maxCharacters();
  if (text.length > limit) return refused(problem('size', `is longer than llm.max_response_characters (${limit})`));
  const format = formatOf(question);
  if (format?.kind === 'json-schema') {
    const { problem: unusable, untried } = await checker.read(format.schema, projectId);
    if (unusable !== undefined)
      return refused(problem('schema_invalid', `the schema cannot be used: ${unusable.message}`));
    if (untried.length > 0) {
      const message = `the schema has a pattern with lookaround or back-references, which is not tried: ${untried[0]}`;
      return refused(problem('schema_invalid', message));
    }
  }
  const sanitize = question.sanitize ?? (format === undefined ? 'none' : 'strip-active');
  return answerOf(await checker.check({ projectId, text, format, repair: true, sanitize }), format);
}

function formatOf({ response, expected_format: expected, schema }: Question): ResponseFormat | undefined {
  if (expected === 'text') return undefined;
  if (schema !== undefined) return { kind: 'json-schema', name: 'response', schema: schema as JsonObject };
  return expected === 'json' || typeof response !== 'string' ? { kind: 'json' } : undefined;
}

function answerOf(verdict: TextVerdict, format: ResponseFormat | undefined): Answer {
  const isUsable = verdict.outcome !== 'invalid';
  const content: Json = format === undefined ? verdict.text : (parseJson(verdict.text) ?? null);
  return {
    is_valid: verdict.outcome === 'valid',
    sanitized_content: isUsable ? content : null,
    errors: [...verdict.problems],
  };
}

function problem(type: ReplyProblem['error_type'], message: string): ReplyProblem {
  return { error_type: type, message, path: '', recoverable: false };
}

function refused(...errors: ReplyProblem[]): Answer {
  return { is_valid: false, sanitized_content: null, errors };
}
