import type { ChatRequest } from '../../../kernel/chat.ts';
import type { Encoding } from './encoding.ts';

export interface EncodedSampling {
  temperature?: number;
  top_p?: number;
  top_k?: number;
  stop_sequences?: string[];
}

/**
 * Sampling fields as far as the model takes them. The scale ends at 1 here and at 2 elsewhere; thinking and newer models
 * take none; temperature and top_p exclude each other on current models, and temperature wins.
 */
export function encodeSampling(
  request: ChatRequest,
  { isRefused }: { isRefused: boolean },
  encoding: Encoding,
): EncodedSampling {
  const stop = encodeStop(request.stop, encoding);
  if (isRefused) {
    if (request.temperature !== undefined && request.temperature !== 1) encoding.dropField('temperature');
    if (request.topP !== undefined && request.topP !== 1) encoding.dropField('topP');
    if (request.topK !== undefined) encoding.dropField('topK');
    return stop;
  }
  const sampling: EncodedSampling = { ...stop };
  const { temperature, topP, topK } = request;
  if (temperature !== undefined) {
    sampling.temperature = Math.max(0, Math.min(temperature, 1));
    if (sampling.temperature !== temperature) encoding.dropField('temperature');
  }
  if (topP !== undefined && temperature === undefined) sampling.top_p = topP;
  else if (topP !== undefined && topP !== 1) encoding.dropField('topP');
  if (topK !== undefined) sampling.top_k = topK;
  return sampling;
}

/** The wire refuses stop sequences of white space. */
function encodeStop(stop: readonly string[] | undefined, encoding: Encoding): EncodedSampling {
  const sequences = (stop ?? []).filter((sequence) => sequence.trim() !== '');
  if (sequences.length < (stop?.length ?? 0)) encoding.dropField('stop');
  return sequences.length === 0 ? {} : { stop_sequences: sequences };
}
