import {
  type WindowBudget,
  type WindowView,
  windowOf,
} from '../../server/src/features/conversations/window/window-of.ts';
import type { ChatRequest, Content, Message } from '../../server/src/kernel/chat.ts';
import { isWeirError } from '../../server/src/kernel/errors.ts';
import type { JsonObject } from '../../server/src/kernel/json.ts';
import type { ChatUpstreamProtocol } from '../../server/src/ports/protocol.ts';
import { anthropicMessagesUpstream } from '../../server/src/protocols/anthropic-messages/upstream.ts';
import { geminiGenerateUpstream } from '../../server/src/protocols/gemini-generate/upstream.ts';
import { openaiChatUpstream } from '../../server/src/protocols/openai-chat/upstream.ts';
import { openaiResponsesUpstream } from '../../server/src/protocols/openai-responses/upstream.ts';
import { Verdict } from '../chaos/support/load.ts';
import { type Campaign, seeded } from './campaign.ts';
import { randomHistory } from './window/random-history.ts';
import { WIRE_RULES } from './window/wire-rules.ts';

const WIRES: readonly ChatUpstreamProtocol[] = [
  openaiChatUpstream,
  openaiResponsesUpstream,
  anthropicMessagesUpstream,
  geminiGenerateUpstream,
];

const windowCampaign: Campaign = {
  name: 'window',
  describe:
    'random histories, good and bad, and random budgets: the view is a valid request in four wires, within its budget, and keeps every promise of the window',
  n: 100_000,
  async run({ n, seed }) {
    const random = seeded(seed);
    const verdict = new Verdict();
    let refused = 0;
    let cut = 0;
    for (let at = 0; at < n; at++) {
      const history = randomHistory(random);
      const budget = randomBudget(random);
      const view = viewOf(history, budget);
      if (view === undefined) {
        refused++;
        verdict.must(mustRefuse(history, budget), `history ${at}: refused ${JSON.stringify(budget)} without need`);
        continue;
      }
      if (view.left > 0) cut++;
      const wrong = [...brokenPromises(history, budget, view), ...invalidRequests(view)];
      const larger = viewOf(history, {
        messages: budget.messages + grow(random),
        tokens: budget.tokens + grow(random),
      });
      if (larger === undefined) wrong.push('a larger budget is refused');
      else if (!holds(larger, view)) wrong.push('a larger budget keeps less');
      verdict.must(wrong.length === 0, `history ${at}, ${JSON.stringify(budget)}: ${wrong.join('; ')}`);
    }
    verdict.figure('views that left messages out', cut);
    verdict.figure('histories refused, as they must be', refused);
    return verdict.result(n);
  },
};

function grow(random: () => number): number {
  return Math.floor(random() * (random() < 0.5 ? 3 : 200));
}

function randomBudget(random: () => number): WindowBudget {
  return {
    messages: 1 + Math.floor(random() * (random() < 0.5 ? 12 : 60)),
    tokens: 20 + Math.floor(random() * (random() < 0.5 ? 400 : 4000)),
  };
}

/** Counted apart from the window: characters and a frame of three. */
function tokensOf({ content }: Message): number {
  return 3 + Math.ceil(JSON.stringify(content).length / 8);
}

function viewOf(history: readonly Message[], budget: WindowBudget): WindowView | undefined {
  try {
    return windowOf(history, budget, { tokensOf });
  } catch (error) {
    if (isWeirError(error) && error.code === 'request.invalid') return undefined;
    throw error;
  }
}

const isSystem = ({ role }: Message) => role === 'system' || role === 'developer';

/** A refusal is right only when the system messages, the last user message and the last round are too much, or no user speaks. */
function mustRefuse(history: readonly Message[], budget: WindowBudget): boolean {
  const user = history.findLast(({ role }) => role === 'user');
  if (user === undefined) return true;
  const system = history.filter(isSystem).reduce((sum, message) => sum + tokensOf(message), 0);
  const behind = history.slice(history.indexOf(user) + 1).filter((message) => !isSystem(message));
  // The last round is at most the last assistant message with what follows on it, wherever its answers stand.
  const most = behind.reduce((sum, message) => sum + tokensOf(message) + 3 * message.content.length, tokensOf(user));
  const messages = behind.reduce((sum, message) => sum + Math.max(1, message.content.length), 1);
  return system + most > budget.tokens || messages > budget.messages;
}

function brokenPromises(history: readonly Message[], budget: WindowBudget, view: WindowView): string[] {
  const wrong: string[] = [];
  const { messages } = view;
  const talk = messages.filter((message) => !isSystem(message));
  const tokens = messages.reduce((sum, message) => sum + tokensOf(message), 0);
  if (tokens !== view.tokens || tokens > budget.tokens) wrong.push(`${tokens} tokens`);
  if (talk.length > budget.messages) wrong.push(`${talk.length} messages`);
  if (history.filter(isSystem).some((message) => !messages.includes(message))) wrong.push('a system message is gone');
  if (talk.length > 0 && talk[0]?.role !== 'user') wrong.push(`begins with ${talk[0]?.role}`);
  const user = history.findLast(({ role }) => role === 'user');
  if (user !== undefined && !messages.includes(user)) wrong.push('the last user message is gone');
  const known = new Set<Content>(history.flatMap(({ content }) => content));
  const foreign = messages.flatMap(({ content }) => content).filter((content) => !known.has(content));
  if (foreign.length > 0) wrong.push('content that nobody said');
  for (const message of messages) {
    if (message.role === 'assistant' && !history.includes(message)) wrong.push('an assistant message was changed');
  }
  const again = windowOf(messages, budget, { tokensOf }).messages;
  if (again.length !== messages.length || again.some((message, at) => message !== messages[at])) {
    wrong.push('a view of the view is another one');
  }
  return wrong;
}

/** Everything said in the one is said in the other, in the same order. */
function holds(larger: WindowView, smaller: WindowView): boolean {
  const all = larger.messages.flatMap(({ content }) => content);
  let at = 0;
  for (const content of smaller.messages.flatMap((message) => message.content)) {
    at = all.indexOf(content, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function invalidRequests({ messages }: WindowView): string[] {
  if (messages.every(isSystem)) return [];
  return WIRES.flatMap((protocol) => {
    const request: ChatRequest = {
      model: 'm',
      messages,
      maxOutputTokens: 10,
      stream: false,
      includeUsage: false,
      extensions: { wire: 'weir-v1', fields: {} },
    };
    const { body } = protocol.encode(request, { model: 'm', quirks: {}, clientHeaders: {} });
    const wrong = WIRE_RULES[protocol.wire]?.(JSON.parse(body.toString()) as JsonObject);
    return wrong === undefined ? [] : [`${protocol.wire}: ${wrong}`];
  });
}

export default windowCampaign;
