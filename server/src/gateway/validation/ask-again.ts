import type { ReplyProblem } from '../../kernel/reply-problem.ts';
import type { ChatPayload } from '../../ports/payload.ts';
import type { Turn } from '../../ports/protocol.ts';

/** More of a failed reply helps no model and is paid for again. */
const MAX_QUOTED_CHARACTERS = 50_000;

/**
 * The call once more, with the reply that failed and what was wrong with it as two further turns. Undefined when the wire
 * has no turns.
 */
export function askAgain(
  payload: ChatPayload,
  failed: { readonly text: string; readonly problems: readonly ReplyProblem[]; readonly tool?: string | undefined },
): ChatPayload | undefined {
  const said = failed.text.trim().slice(0, MAX_QUOTED_CHARACTERS);
  const turns: Turn[] = [];
  if (failed.tool !== undefined) {
    turns.push({ role: 'user', text: complaintAboutCall(failed.tool, said, failed.problems) });
  } else {
    if (said !== '') turns.push({ role: 'assistant', text: said });
    turns.push({ role: 'user', text: complaintAbout(failed.problems) });
  }
  const request = payload.protocol.withTurns?.(payload.request, turns);
  return request === undefined ? undefined : { ...payload, request };
}

function complaintAbout(problems: readonly ReplyProblem[]): string {
  if (problems.some(({ error_type }) => error_type === 'truncated')) {
    return 'Your last reply was cut off at the output limit, so it cannot be used. Give the whole answer again, short enough to be complete: one JSON value that is valid against the schema, and nothing else.';
  }
  return [
    'Your last reply cannot be used. It must be one JSON value that is valid against the schema, and nothing else: no prose, no code fence. What is wrong with it:',
    ...listed(problems),
    'Give the whole corrected JSON value.',
  ].join('\n');
}

/** A call that failed cannot be told as a turn of its own: wires want the result of every call that they are shown. */
function complaintAboutCall(tool: string, said: string, problems: readonly ReplyProblem[]): string {
  return [
    `You just called the tool ${tool} with arguments that are not valid against its schema, so it was not run. The arguments were:`,
    said,
    'What is wrong with them:',
    ...listed(problems),
    'Call the tools you need again, with arguments that are valid and complete.',
  ].join('\n');
}

function listed(problems: readonly ReplyProblem[]): string[] {
  return problems.map(({ path, message }) => `- ${path === '' ? 'the reply' : path} ${message}`);
}
