import type { ChatRequest, Message } from '../../kernel/chat.ts';
import type { ReplyProblem } from '../../kernel/reply-problem.ts';
import type { ChatPayload } from '../../ports/payload.ts';
import type { ClientRequest } from '../../ports/protocol.ts';

/** More of a failed reply helps no model and is paid for again. */
const MAX_QUOTED_CHARACTERS = 50_000;

/**
 * The call once more, with the reply that failed and what was wrong with it as two further turns. Undefined when the
 * request has no neutral form.
 */
export function askAgain(
  payload: ChatPayload,
  failed: { readonly text: string; readonly problems: readonly ReplyProblem[] },
): ChatPayload | undefined {
  const { request } = payload;
  const chat = neutralForm(request);
  if (chat === undefined) return undefined;
  const said = failed.text.trim().slice(0, MAX_QUOTED_CHARACTERS);
  const complaint = complaintAbout(failed.problems);
  const turns: Message[] = said === '' ? [] : [{ role: 'assistant', content: [{ type: 'text', text: said }] }];
  turns.push({ role: 'user', content: [{ type: 'text', text: complaint }] });
  const extended: ChatRequest = { ...chat, messages: [...chat.messages, ...turns] };
  return {
    ...payload,
    request: {
      wire: request.wire,
      body: request.body,
      json: request.json,
      model: request.model,
      stream: request.stream,
      includeUsage: request.includeUsage,
      user: request.user,
      maxOutputTokens: request.maxOutputTokens,
      promptCharacters: request.promptCharacters + said.length + complaint.length,
      isRewritten: true,
      chat: () => extended,
      responseFormat: () => chat.responseFormat,
    },
  };
}

function neutralForm(request: ClientRequest): ChatRequest | undefined {
  try {
    return request.chat();
  } catch {
    // Fields that only the provider's own wire knows: such a call goes out as its bytes or not at all.
    return undefined;
  }
}

function complaintAbout(problems: readonly ReplyProblem[]): string {
  if (problems.some(({ error_type }) => error_type === 'truncated')) {
    return 'Your last reply was cut off at the output limit, so it cannot be used. Give the whole answer again, short enough to be complete: one JSON value that is valid against the schema, and nothing else.';
  }
  const listed = problems.map(({ path, message }) => `- ${path === '' ? 'the reply' : path} ${message}`);
  return [
    'Your last reply cannot be used. It must be one JSON value that is valid against the schema, and nothing else: no prose, no code fence. What is wrong with it:',
    ...listed,
    'Give the whole corrected JSON value.',
  ].join('\n');
}
