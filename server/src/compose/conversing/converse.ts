import type { Config } from '../../config/schema.ts';
import type { CountedMessage } from '../../features/conversations/content.ts';
import type { Conversations, HeldConversation, RecentHistory } from '../../features/conversations/conversations.ts';
import { answeredIdOf, callIdOf, isInstruction } from '../../features/conversations/window/links.ts';
import { type WindowBudget, type WindowView, windowOf } from '../../features/conversations/window/window-of.ts';
import { CopiedOutput } from '../../gateway/capturing/copied-output.ts';
import type { ChatReply, Message } from '../../kernel/chat.ts';
import { invalidRequest, WeirError } from '../../kernel/errors.ts';
import { inputTokens } from '../../kernel/usage.ts';
import type { Call, CallConversation } from '../../ports/call.ts';
import type { ChatPayload } from '../../ports/payload.ts';
import type { ChatClientProtocol, ClientRequest } from '../../ports/protocol.ts';
import { readReply } from '../../protocols/cached-reply.ts';
import { previousResponseId } from '../../protocols/openai-responses/input-items.ts';
import type { MessageTokens } from './message-tokens.ts';
import type { Summaries } from './summaries.ts';

export interface ConverseParts {
  readonly config: () => Config;
  readonly conversations: Conversations;
  readonly tokens: MessageTokens;
  readonly summaries: Summaries;
}

/** A reply that is longer than this is not understood again. */
const MAX_REPLY_BYTES = 16_777_216;
const NO_HISTORY: RecentHistory = { messages: [], turnOf: new Map(), before: { messages: 0, tokens: 0 } };

/**
 * Calls that belong to a conversation. What is kept is what the client said and what it got, as they were; what is sent is
 * computed from it. A turn is stored after the reply is whole and before its last byte, or not at all.
 */
export function converse(parts: ConverseParts): (call: Call, run: () => Promise<void>) => Promise<void> {
  const { conversations } = parts;
  return async (call, run) => {
    const { conversation, payload } = call;
    if (conversation === undefined || payload.kind !== 'chat') return run();
    assertTurns(payload);
    const held = await hold(call, conversation, conversations);
    try {
      const turn = await beginTurn({ call, payload, held, parts });
      const copy = call.stream ? new CopiedOutput(call, MAX_REPLY_BYTES) : undefined;
      try {
        await run();
      } finally {
        copy?.stop();
      }
      const reply = replyOf(call, payload, copy);
      conversation.id = await keepTurn(turn, reply);
    } catch (error) {
      // Who releases it late lets others wait; the call's own error is what the client must hear.
      if (held !== undefined) await conversations.release(held).catch(() => undefined);
      throw error;
    }
  };
}

function assertTurns({ protocol, request }: ChatPayload): void {
  if (protocol.withHistory === undefined || protocol.withOnly === undefined) {
    throw invalidRequest('conversation_id', 'this API has no turns; use one of the chat APIs.');
  }
  if (request.wire === 'openai-responses' && previousResponseId(request) !== undefined) {
    throw invalidRequest('conversation_id', 'send either conversation_id or previous_response_id.');
  }
}

async function hold(
  call: Call,
  { id }: CallConversation,
  conversations: Conversations,
): Promise<HeldConversation | undefined> {
  if (id === undefined) return undefined;
  const { projectId } = call.caller;
  return conversations.hold(id, { projectId, requestId: call.id, mostMs: call.limits.totalMs });
}

interface BegunTurn {
  readonly call: Call;
  readonly held: HeldConversation | undefined;
  readonly parts: ConverseParts;
  readonly model: string;
  readonly own: readonly CountedMessage[];
  /** Of everything that is sent (o200k); undefined: there is more in the request than what was counted. */
  readonly sentTokens: number | undefined;
}

/** Puts into the call what its window shows. */
async function beginTurn(of: {
  call: Call;
  payload: ChatPayload;
  held: HeldConversation | undefined;
  parts: ConverseParts;
}): Promise<BegunTurn> {
  const { call, payload, held, parts } = of;
  const { protocol, request } = payload;
  const chat = request.chat();
  const model = call.models[0] ?? '';
  const own = await parts.tokens.count(model, chat.messages);
  const settings = parts.config().conversations;
  const budget = { ...settings.window, ...held?.head.window };
  const weight = await parts.tokens.weigher(model);
  const raw = { messages: budget.messages, tokens: Math.ceil(budget.tokens / weight.ratio) };
  const recent = held === undefined ? NO_HISTORY : await parts.conversations.recent(held, raw);
  assertAnswers(chat.messages, recent);
  const { opening, rest } = split(own);
  // Who brings instructions replaces those that were in force.
  const isInstructed = own.some(({ message }) => isInstruction(message));
  const instructions = isInstructed ? opening : (held?.head.instructions ?? []);
  const all = [...instructions, ...recent.messages, ...rest];
  const tokensOf = await weight.of(all);
  const shown = await parts.summaries.show({
    ...{ call, held, recent, model, summary: held?.head.summary ?? settings.summary.enabled },
    view: (reserved) =>
      view(all, { budget: { ...budget, tokens: budget.tokens - reserved }, weight, recent, tokensOf }),
  });
  const messages = placed(shown.view.messages, shown.summary);
  const sent = withMessages(request, protocol, { messages, opening, rest });
  call.payload = { ...payload, request: sent };
  const isAllCounted = chat.tools === undefined && chat.responseFormat === undefined && shown.summary === undefined;
  const counted = new Map(all.map(({ message, tokens }) => [message, tokens]));
  return {
    ...{ call, held, parts, model, own },
    sentTokens: isAllCounted ? messages.reduce((sum, message) => sum + (counted.get(message) ?? 0), 0) : undefined,
  };
}

function view(
  all: readonly CountedMessage[],
  of: {
    budget: WindowBudget;
    weight: { ratio: number };
    recent: RecentHistory;
    tokensOf: (message: Message) => number;
  },
): WindowView {
  const { before } = of.recent;
  return windowOf(
    all.map(({ message }) => message),
    of.budget,
    {
      tokensOf: of.tokensOf,
      before: { messages: before.messages, tokens: before.tokens * of.weight.ratio },
    },
  );
}

/** A result that answers nothing would be left out, and the client would not know why it is asked again. */
function assertAnswers(own: readonly Message[], { messages }: RecentHistory): void {
  const calls = new Set<string>();
  for (const message of [...messages.map((counted) => counted.message), ...own]) {
    for (const content of message.content) {
      const id = callIdOf(content);
      if (id !== undefined) calls.add(id);
    }
  }
  for (const [at, { content }] of own.entries()) {
    const stray = content.map(answeredIdOf).find((id) => id !== undefined && !calls.has(id));
    if (stray !== undefined) {
      throw invalidRequest(`messages[${at}]`, 'answers a tool call that nobody made in this conversation.');
    }
  }
}

/** The summary stands behind the instructions. */
function placed(messages: readonly Message[], summary: Message | undefined): readonly Message[] {
  if (summary === undefined) return messages;
  const first = messages.findIndex((message) => !isInstruction(message));
  const at = first < 0 ? messages.length : first;
  return [...messages.slice(0, at), summary, ...messages.slice(at)];
}

function split(own: readonly CountedMessage[]): { opening: CountedMessage[]; rest: CountedMessage[] } {
  const first = own.findIndex(({ message }) => !isInstruction(message));
  const at = first < 0 ? own.length : first;
  return { opening: own.slice(0, at), rest: own.slice(at) };
}

/** When the client's own messages all stay, and stay last, so do their bytes. */
function withMessages(
  request: ClientRequest,
  protocol: ChatClientProtocol,
  of: { messages: readonly Message[]; opening: readonly CountedMessage[]; rest: readonly CountedMessage[] },
): ClientRequest {
  const { messages, opening, rest } = of;
  const behind = messages.length - rest.length;
  const isWhole = behind >= 0 && rest.every(({ message }, at) => messages[behind + at] === message);
  const theirs = new Set(opening.map(({ message }) => message));
  const history = messages.slice(0, Math.max(0, behind)).filter((message) => !theirs.has(message));
  const sent = isWhole
    ? protocol.withHistory?.(request, history.map(unmarked))
    : protocol.withOnly?.(request, messages.map(unmarked));
  return sent ?? request;
}

/** Marks of a prompt cache are of the call that brought them: providers take only a few. */
function unmarked(message: Message): Message {
  if (message.content.every(({ cacheControl }) => cacheControl === undefined)) return message;
  return { ...message, content: message.content.map(({ cacheControl: _, ...content }) => content) };
}

function replyOf(call: Call, { request }: ChatPayload, copy: CopiedOutput | undefined): ChatReply {
  const isWhole = copy === undefined;
  const body = isWhole ? call.reply?.body : copy.whole(call.tail);
  const reply = body === undefined ? undefined : readReply(request.wire, { form: isWhole ? 'whole' : 'stream', body });
  if (reply !== undefined) return reply;
  throw new WeirError('bug', { cause: new Error('the reply of a conversation could not be read') });
}

async function keepTurn({ call, held, parts, model, own, sentTokens }: BegunTurn, reply: ChatReply): Promise<string> {
  const content = reply.choices[0]?.content ?? [];
  const said: Message[] = content.length === 0 ? [] : [{ role: 'assistant', content }];
  const answers = await parts.tokens.count(model, said);
  const { provider = '', model: answering = model } = call.attempts.at(-1) ?? {};
  const { usage } = call.progress;
  if (sentTokens !== undefined && usage !== undefined && provider !== '') {
    parts.tokens.learn({ provider, model: answering, counted: sentTokens, told: inputTokens(usage) });
  }
  return parts.conversations.append(
    { messages: [...own, ...answers], model: answering },
    { held, projectId: call.caller.projectId, userId: call.attribution.userId, requestId: call.id },
  );
}
