import type { ReasoningOptions, ResponseFormat } from '../../../kernel/chat.ts';
import { invalidRequest } from '../../../kernel/errors.ts';
import { compact, type Json, type JsonObject } from '../../../kernel/json.ts';
import { optionalNumber, optionalObject, optionalString, requireObject, requireString } from './check-fields.ts';
import type { Leftovers } from './leftovers.ts';

const THINKING_FIELDS = new Set(['type', 'budget_tokens', 'display']);
const OUTPUT_FIELDS = new Set(['effort', 'format']);
const MODES: readonly string[] = ['enabled', 'disabled', 'adaptive', 'between_tools'];

/** `thinking` and `output_config.effort` together: both say how much to think. */
export function decodeReasoning(json: JsonObject, leftovers: Leftovers): ReasoningOptions | undefined {
  const thinking = optionalObject(json.thinking, 'thinking');
  const output = optionalObject(json.output_config, 'output_config') ?? {};
  leftovers.takeUnknown('output_config.', output, OUTPUT_FIELDS);
  const effort = optionalString(output.effort, 'output_config.effort');
  const options = compact({
    // The neutral scale ends at xhigh; Anthropic's max is one step more.
    effort: effort === 'max' ? 'xhigh' : effort,
    ...(thinking === undefined ? {} : decodeThinkingOptions(thinking, leftovers)),
  });
  return Object.keys(options).length === 0 ? undefined : options;
}

function decodeThinkingOptions(thinking: JsonObject, leftovers: Leftovers): ReasoningOptions {
  leftovers.takeUnknown('thinking.', thinking, THINKING_FIELDS);
  const mode = requireString(thinking.type, 'thinking.type');
  if (!MODES.includes(mode)) throw invalidRequest('thinking.type', `must be one of ${MODES.join(', ')}`);
  const budgetTokens = optionalNumber(thinking.budget_tokens, 'thinking.budget_tokens');
  if (mode === 'enabled' && budgetTokens === undefined)
    throw invalidRequest('thinking.budget_tokens', 'field required');
  return compact({ mode, budgetTokens, summary: optionalString(thinking.display, 'thinking.display') });
}

export function decodeResponseFormat(outputConfig: Json | undefined): ResponseFormat | undefined {
  const format = optionalObject(optionalObject(outputConfig, 'output_config')?.format, 'output_config.format');
  if (format === undefined) return undefined;
  if (requireString(format.type, 'output_config.format.type') !== 'json_schema') {
    throw invalidRequest('output_config.format.type', 'must be "json_schema"');
  }
  const schema = requireObject(format.schema, 'output_config.format.schema');
  // Anthropic formats have no name and are always enforced; wires that ask for a name get this one.
  return { kind: 'json-schema', name: 'response', schema, strict: true };
}
