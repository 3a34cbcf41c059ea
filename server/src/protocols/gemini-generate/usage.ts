import { asArray, asObject, type Json } from '../../kernel/json.ts';
import { type Usage, usage } from '../../kernel/usage.ts';
import { tokenCount } from '../token-count.ts';

/**
 * usageMetadata in disjoint buckets: cached and audio tokens are part of promptTokenCount, thoughts and tool prompts
 * are counted apart. Undefined when there is none or a count is absurd.
 */
export function decodeUsage(value: Json | undefined): Usage | undefined {
  const from = asObject(value);
  if (from === undefined) return undefined;
  const prompt = tokenCount(from, 'promptTokenCount');
  const candidates = tokenCount(from, 'candidatesTokenCount', 'responseTokenCount');
  const counts = {
    prompt,
    candidates,
    tools: tokenCount(from, 'toolUsePromptTokenCount'),
    cached: tokenCount(from, 'cachedContentTokenCount'),
    thoughts: tokenCount(from, 'thoughtsTokenCount'),
    audioPrompt: audioTokens(from.promptTokensDetails),
    audioCached: audioTokens(from.cacheTokensDetails),
    audioOutput: audioTokens(from.candidatesTokensDetails),
  };
  if (Object.values(counts).some(Number.isNaN) || prompt + candidates + counts.tools === 0) return undefined;
  const cacheRead = Math.min(counts.cached, prompt);
  const audioInput = Math.min(Math.max(0, counts.audioPrompt - counts.audioCached), prompt - cacheRead);
  const audioOutput = Math.min(counts.audioOutput, candidates);
  return usage({
    input: prompt - cacheRead - audioInput + counts.tools,
    cacheRead,
    audioInput,
    output: candidates - audioOutput,
    audioOutput,
    reasoning: counts.thoughts,
  });
}

function audioTokens(details: Json | undefined): number {
  const audio = asArray(details)?.find((entry) => asObject(entry)?.modality === 'AUDIO');
  return tokenCount(asObject(audio), 'tokenCount');
}
