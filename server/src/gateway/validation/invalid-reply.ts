import { WeirError } from '../../kernel/errors.ts';
import type { ReplyProblem } from '../../kernel/reply-problem.ts';

/** The reply is not what was asked for; the first problem in words, all of them in `details.errors`. */
export function invalidReply(problems: readonly ReplyProblem[]): WeirError {
  const [first, ...more] = problems;
  const where = first === undefined || first.path === '' ? 'the reply' : first.path;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return new WeirError('reply.invalid', {
    message: `The reply of the model is not valid against what was asked for: ${where} ${first?.message ?? ''}${others}.`,
    details: { errors: problems },
  });
}

export function tooLong(limit: number): WeirError {
  const message = `is longer than llm.max_response_characters (${limit})`;
  const problem: ReplyProblem = { error_type: 'size', message, path: '', recoverable: false };
  return new WeirError('reply.invalid', {
    message: `The reply ${message}.`,
    details: { limit, errors: [problem] },
  });
}
