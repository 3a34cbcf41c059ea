import { asArray, asObject, asString, type JsonObject } from '../kernel/json.ts';
import { NO_USAGE, type Usage, usage } from '../kernel/usage.ts';
import { tokenCount } from './token-count.ts';
import { readAnyUsage } from './usage-formats.ts';

/** Calls that the provider does not bill: moderations, files, counting. */
export function readNoCharge(): Usage {
  return NO_USAGE;
}

/** Images are counted in whole replies (`data`) and in streams (one per completed event); newer models tell tokens too. */
export function readImageUsage(json: JsonObject): Usage | undefined {
  const isCompletedEvent = asString(json.type)?.endsWith('.completed') === true;
  const images = asArray(json.data)?.length ?? (isCompletedEvent ? 1 : 0);
  const told = readAnyUsage(json);
  if (told === undefined && images === 0) return undefined;
  return { ...(told ?? NO_USAGE), images };
}

/** Tokens of a transcription, sound apart from text; undefined for models that are billed by the second or the character. */
export function readTranscriptionUsage(json: JsonObject): Usage | undefined {
  const told = asObject(json.usage);
  if (told === undefined || told.type === 'duration') return undefined;
  const input = tokenCount(told, 'input_tokens', 'prompt_tokens');
  const audioInput = Math.min(tokenCount(asObject(told.input_token_details), 'audio_tokens'), input);
  const output = tokenCount(told, 'output_tokens', 'completion_tokens');
  const sum = input + audioInput + output;
  return sum > 0 ? usage({ input: input - audioInput, audioInput, output }) : undefined;
}
