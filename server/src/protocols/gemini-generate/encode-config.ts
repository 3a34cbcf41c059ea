import type { ChatRequest, ReasoningOptions } from '../../kernel/chat.ts';
import { compact, type JsonObject } from '../../kernel/json.ts';
import type { DropReport } from '../drop-report.ts';
import { geminiVersion } from './gemini-version.ts';

/** From here on thinking has levels; before it, budgets. */
const THINKS_IN_LEVELS = 3;
const THINKS = 2.5;
const MAX_STOPS = 5;
const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 512,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
};

/** Sampling, limits, output form and thinking. Fields nobody set are left out. */
export function encodeConfig(request: ChatRequest, model: string, drops: DropReport): JsonObject | undefined {
  if ((request.stop?.length ?? 0) > MAX_STOPS) drops.field('stop');
  const config = compact({
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    maxOutputTokens: request.maxOutputTokens,
    stopSequences:
      request.stop === undefined || request.stop.length === 0 ? undefined : request.stop.slice(0, MAX_STOPS),
    seed: request.seed,
    candidateCount: request.n === 1 ? undefined : request.n,
    presencePenalty: request.presencePenalty,
    frequencyPenalty: request.frequencyPenalty,
    ...encodeFormat(request, model),
    thinkingConfig: encodeThinking(request.reasoning, model, drops),
  });
  return Object.keys(config).length === 0 ? undefined : config;
}

function encodeFormat(request: ChatRequest, model: string): JsonObject {
  const format = request.responseFormat;
  if (format === undefined || format.kind === 'text' || formatInstruction(request, model) !== undefined) return {};
  return compact({
    responseMimeType: 'application/json',
    responseJsonSchema: format.kind === 'json-schema' ? format.schema : undefined,
  });
}

/** Models before 3 refuse a form of the output together with tools: then they are asked in words. */
export function formatInstruction({ responseFormat, tools }: ChatRequest, model: string): string | undefined {
  const isRefused = (tools?.length ?? 0) > 0 && geminiVersion(model) < THINKS_IN_LEVELS;
  if (!isRefused || responseFormat === undefined || responseFormat.kind === 'text') return undefined;
  if (responseFormat.kind === 'json') return 'Answer with one valid JSON object and nothing else.';
  return `Answer with one JSON value that is valid against this JSON Schema, and nothing else:\n${JSON.stringify(responseFormat.schema)}`;
}

function encodeThinking(
  reasoning: ReasoningOptions | undefined,
  model: string,
  drops: DropReport,
): JsonObject | undefined {
  if (reasoning === undefined) return undefined;
  const version = geminiVersion(model);
  if (version < THINKS) {
    drops.field('reasoning');
    return undefined;
  }
  const isOff = reasoning.mode === 'disabled' || reasoning.effort === 'none';
  const amount =
    version < THINKS_IN_LEVELS ? budgetFor(reasoning, { isOff, model }) : levelFor(reasoning, { isOff, model });
  const isShown = !isOff && reasoning.summary !== 'omitted';
  return isShown ? { ...amount, includeThoughts: true } : amount;
}

interface Wanted {
  readonly isOff: boolean;
  readonly model: string;
}

/** The pro models cannot stop thinking: the least they take is sent. */
function budgetFor(reasoning: ReasoningOptions, { isOff, model }: Wanted): JsonObject {
  if (isOff) return { thinkingBudget: model.includes('pro') ? 128 : 0 };
  const budget = reasoning.budgetTokens ?? BUDGETS[reasoning.effort ?? ''];
  return budget === undefined ? {} : { thinkingBudget: budget };
}

function levelFor(reasoning: ReasoningOptions, { isOff, model }: Wanted): JsonObject {
  const isPro = model.includes('pro');
  if (isOff || reasoning.effort === 'minimal') return { thinkingLevel: isPro ? 'low' : 'minimal' };
  const effort = reasoning.effort ?? effortFor(reasoning.budgetTokens);
  if (effort === undefined) return {};
  return { thinkingLevel: effort === 'low' || effort === 'medium' ? effort : 'high' };
}

function effortFor(budgetTokens: number | undefined): string | undefined {
  if (budgetTokens === undefined) return undefined;
  if (budgetTokens <= 2048) return 'low';
  return budgetTokens <= 10_240 ? 'medium' : 'high';
}
