import type { WeirError } from '../kernel/errors.ts';

/** A prompt longer than the model reads. Agents compact the conversation when they recognise it. */
export interface ContextOverflow {
  /** Tokens that were sent; absent when the provider does not say. */
  readonly sentTokens?: number;
  /** Tokens the model reads at most; absent when the provider does not say. */
  readonly maxTokens?: number;
}

/** How providers word it. Named groups: what was sent, what is allowed. */
const WORDINGS: readonly RegExp[] = [
  /prompt is too long: (?<sent>\d+) tokens > (?<max>\d+) maximum/i,
  /maximum context length is (?<max>\d+) tokens.{0,80}?(?:resulted in|requested) (?<sent>\d+)/is,
  /input token count \(?(?<sent>\d+)\)? exceeds the maximum number of tokens allowed \(?(?<max>\d+)\)?/i,
  /prompt contains (?<sent>\d+) tokens.{0,80}?with (?<max>\d+) maximum context length/is,
  /maximum context length is (?<max>\d+)/i,
  /prompt is too long|input is too long for requested model|exceeds? the context window|context_length_exceeded/i,
  /reduce the length of (?:the|your) (?:messages|prompt|input)/i,
];

/** What the provider's refusal says about the prompt's length; undefined when it refused for another reason. */
export function contextOverflow(error: WeirError): ContextOverflow | undefined {
  if (error.code !== 'upstream.rejected' && error.code !== 'request.too_large') return undefined;
  const message = error.message.slice(0, 2000);
  for (const wording of WORDINGS) {
    const found = wording.exec(message);
    if (found === null) continue;
    const { sent, max } = found.groups ?? {};
    return {
      ...(sent === undefined ? {} : { sentTokens: Number(sent) }),
      ...(max === undefined ? {} : { maxTokens: Number(max) }),
    };
  }
  return undefined;
}
