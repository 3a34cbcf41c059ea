import { asNumber, asObject, asString, type Json, type JsonObject } from '../../../kernel/json.ts';
import type { StepResult } from './step-runner.ts';

/** Spellings of one count; the first that is there counts. */
type Spellings = readonly string[];

const INPUT: Spellings = ['prompt_tokens', 'input_tokens', 'inputTokens'];
const OUTPUT: Spellings = ['completion_tokens', 'output_tokens', 'outputTokens'];
const TOTAL: Spellings = ['total_tokens', 'totalTokens'];
/** Anthropic counts what its cache read and wrote beside the input, OpenAI within it. */
const BESIDE_INPUT: Spellings = ['cache_creation_input_tokens', 'cache_read_input_tokens'];
const MODEL: Spellings = ['model', 'model_name', 'modelName'];

/**
 * Tokens and model that the output of a tool or another service tells, in OpenAI's, Anthropic's or the generic form, in a member
 * `usage` or beside the rest. No cost: what somebody else paid for has no price here.
 */
export function reportedUsage({
  output,
  raw,
}: Pick<StepResult, 'output' | 'raw'>): Pick<StepResult, 'tokens' | 'model'> {
  for (const told of [output, raw]) {
    const object = asObject(told);
    const usage = asObject(object?.usage) ?? object;
    const tokens = usage === undefined ? undefined : tokensOf(usage);
    if (tokens === undefined) continue;
    const model = firstText([object, usage]);
    return model === undefined ? { tokens } : { tokens, model };
  }
  return {};
}

function tokensOf(usage: JsonObject): number | undefined {
  const input = firstCount(usage, INPUT);
  const output = firstCount(usage, OUTPUT);
  if (input === undefined && output === undefined) return firstCount(usage, TOTAL);
  const beside = usage.input_tokens === undefined ? 0 : sum(usage, BESIDE_INPUT);
  return (input ?? 0) + beside + (output ?? 0);
}

function firstCount(usage: JsonObject, names: Spellings): number | undefined {
  for (const name of names) {
    const count = countOf(usage[name]);
    if (count !== undefined) return count;
  }
  return undefined;
}

function sum(usage: JsonObject, names: Spellings): number {
  return names.reduce((total, name) => total + (countOf(usage[name]) ?? 0), 0);
}

function countOf(value: Json | undefined): number | undefined {
  const count = asNumber(value);
  return count !== undefined && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

function firstText(objects: readonly (JsonObject | undefined)[]): string | undefined {
  for (const object of objects)
    for (const name of MODEL) {
      const text = asString(object?.[name]);
      if (text !== undefined && text !== '') return text;
    }
  return undefined;
}
