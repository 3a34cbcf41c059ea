import type { Quirks } from '../../ports/protocol.ts';

/** Models that think before they answer; their chat variants do not. */
const REASONING = /^(?:o[134](?:-|$)|codex-|gpt-(?:5|6)(?!.*-chat))/;
/** Of these, the ones that take temperature and top_p all the same, because they do not think unless asked to. */
const SAMPLES = /^gpt-5\.[1-4](?!.*(?:codex|pro))/;
const NO_JSON_SCHEMA = /^(?:gpt-3|gpt-4(?:-|$)|gpt-4o-2024-05-13|o1-(?:mini|preview)|chatgpt-4o)/;

const PLAIN: Quirks = {};
/** Models that do not think answer a wish to think with an error. */
const UNTHINKING: Quirks = { unsupported: ['reasoning_effort'] };
const UNSTRUCTURED: Quirks = { ...UNTHINKING, noJsonSchema: true };
const SAMPLING: Quirks = { maxTokensField: 'max_completion_tokens' };
const THINKING: Quirks = {
  maxTokensField: 'max_completion_tokens',
  noSampling: true,
  unsupported: ['presence_penalty', 'frequency_penalty', 'logprobs', 'top_logprobs', 'logit_bias'],
};
const EARLY: Quirks = { ...THINKING, noDeveloperRole: true, noJsonSchema: true };

/** How an OpenAI model deviates from its wire, wherever it is hosted. */
export function openaiQuirks(model: string, wire: string): Quirks {
  if (wire !== 'openai-chat') return isThinking(model) ? { noSampling: true } : PLAIN;
  if (!REASONING.test(model)) return NO_JSON_SCHEMA.test(model) ? UNSTRUCTURED : UNTHINKING;
  if (!isThinking(model)) return SAMPLING;
  return NO_JSON_SCHEMA.test(model) ? EARLY : THINKING;
}

export function isOpenaiReasoningModel(model: string): boolean {
  return REASONING.test(model);
}

function isThinking(model: string): boolean {
  return REASONING.test(model) && !SAMPLES.test(model);
}
