import type { ChatRequest, ReasoningOptions } from '../../../kernel/chat.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { UpstreamContext } from '../../../ports/protocol.ts';

/** The least the wire accepts. */
const MIN_BUDGET = 1024;
/** Tokens left for the answer when Weir chooses the output limit. */
const ANSWER_TOKENS = 4096;
const DEFAULT_MAX_TOKENS = 4096;

/** Thinking budgets for callers who speak in words. The largest stays below the smallest output limit of a thinking model. */
const BUDGETS: ReadonlyMap<string, number> = new Map([
  ['minimal', 1024],
  ['low', 2048],
  ['medium', 8192],
  ['high', 16_384],
  ['xhigh', 24_576],
]);
const EFFORTS: readonly string[] = ['low', 'medium', 'high', 'xhigh', 'max'];
const DEFAULT_EFFORTS: readonly string[] = ['low', 'medium', 'high'];

export interface EncodedThinking {
  readonly maxTokens: number;
  readonly thinking?: JsonObject;
  /** Goes into output_config. */
  readonly effort?: string;
}

/**
 * How much the model may think, and the output limit that leaves room for it. Thinking gives way, by name, to what the
 * wire does not combine it with: a forced tool, an output limit that is too small, a tool loop whose thinking is not at hand.
 */
export function encodeThinking(
  request: ChatRequest,
  context: UpstreamContext,
  messages: readonly JsonObject[],
): EncodedThinking & { readonly isDropped: boolean } {
  const limit = request.maxOutputTokens ?? context.quirks.defaultMaxTokens ?? DEFAULT_MAX_TOKENS;
  const { reasoning } = request;
  const isOff = reasoning === undefined || reasoning.effort === 'none' || reasoning.mode === 'disabled';
  if (isOff) return { maxTokens: limit, isDropped: false };
  const isForced = request.toolChoice?.kind === 'required' || request.toolChoice?.kind === 'tool';
  if (context.quirks.adaptiveThinking === true) return encodeAdaptive(reasoning, context, { limit, isForced });
  const budget = budgetFor(reasoning, request.maxOutputTokens);
  if (budget === undefined) return { maxTokens: limit, isDropped: reasoning.effort !== undefined };
  if (isForced || budget < MIN_BUDGET || isOpenToolLoop(messages)) return { maxTokens: limit, isDropped: true };
  return {
    maxTokens: request.maxOutputTokens ?? Math.max(limit, budget + ANSWER_TOKENS),
    thinking: withDisplay({ type: 'enabled', budget_tokens: budget }, reasoning),
    isDropped: false,
  };
}

function encodeAdaptive(
  reasoning: ReasoningOptions,
  context: UpstreamContext,
  { limit, isForced }: { limit: number; isForced: boolean },
): EncodedThinking & { readonly isDropped: boolean } {
  const wanted = reasoning.effort ?? effortFor(reasoning.budgetTokens);
  const effort = wanted === undefined ? undefined : nearestEffort(wanted, context.quirks.efforts ?? DEFAULT_EFFORTS);
  const effortField = effort === undefined ? {} : { effort };
  const isLowered = effort !== wanted && wanted !== 'minimal';
  if (isForced) return { maxTokens: limit, ...effortField, isDropped: true };
  const type = reasoning.mode === 'between_tools' ? 'between_tools' : 'adaptive';
  return { maxTokens: limit, thinking: withDisplay({ type }, reasoning), ...effortField, isDropped: isLowered };
}

/** undefined when neither a budget nor a known word was given. */
function budgetFor(reasoning: ReasoningOptions, clientLimit: number | undefined): number | undefined {
  if (reasoning.budgetTokens !== undefined) {
    return clientLimit === undefined ? reasoning.budgetTokens : Math.min(reasoning.budgetTokens, clientLimit - 1);
  }
  const budget = BUDGETS.get(reasoning.effort ?? 'medium');
  if (budget === undefined || clientLimit === undefined) return budget;
  // Half of a tight limit is for the answer.
  return Math.max(Math.min(budget, Math.floor(clientLimit / 2)), Math.min(MIN_BUDGET, clientLimit - 1));
}

function effortFor(budgetTokens: number | undefined): string | undefined {
  if (budgetTokens === undefined) return undefined;
  if (budgetTokens <= 4096) return 'low';
  return budgetTokens <= 12_288 ? 'medium' : 'high';
}

/** The strongest word the model takes that asks for no more than was wanted, else its weakest. */
function nearestEffort(wanted: string, accepted: readonly string[]): string | undefined {
  if (accepted.includes(wanted)) return wanted;
  const rank = EFFORTS.indexOf(wanted);
  const below = EFFORTS.filter((effort, index) => index <= rank && accepted.includes(effort));
  return below.at(-1) ?? EFFORTS.find((effort) => accepted.includes(effort));
}

/** After a tool result the wire wants the thinking that led to the call; a client of another wire cannot give it. */
function isOpenToolLoop(messages: readonly JsonObject[]): boolean {
  const last = messages.at(-1);
  const isAnswer = last?.role === 'user' && blockTypes(last).includes('tool_result');
  if (!isAnswer) return false;
  const [first] = blockTypes(messages.at(-2));
  return first !== 'thinking' && first !== 'redacted_thinking';
}

function blockTypes(message: JsonObject | undefined): unknown[] {
  const content = message?.content;
  return Array.isArray(content) ? content.map((block) => (block as JsonObject).type) : [];
}

/** Anthropic's own words for how much of the thinking is shown; other wires' words mean nothing here. */
function withDisplay(thinking: JsonObject, reasoning: ReasoningOptions): JsonObject {
  const isKnown = reasoning.summary === 'summarized' || reasoning.summary === 'omitted';
  return isKnown ? { ...thinking, display: reasoning.summary } : thinking;
}
