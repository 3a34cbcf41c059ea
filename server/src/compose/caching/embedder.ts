import { asArray, asNumber, asObject, parseJson } from '../../kernel/json.ts';
import type { Call, Outcome } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Embed } from '../../ports/semantic-index.ts';
import { openaiEmbeddingsClient } from '../../protocols/openai-embeddings/client.ts';
import { internalCall, runFor } from './internal-call.ts';

/** The ledger's name of these calls. */
export const SEMANTIC_CACHE = 'semantic-cache';

/** Embeddings through Weir's own pipeline, on the bill of whoever calls. */
export function embedFor(
  call: Call,
  of: { model: string; timeoutMs: number; clock: Clock; run: (call: Call) => Promise<Outcome> },
): Embed {
  return async (text) => {
    const json = { model: of.model, input: text, encoding_format: 'float' };
    const request = openaiEmbeddingsClient.decode(Buffer.from(JSON.stringify(json)), json);
    const embedding = internalCall({
      ...of,
      main: call,
      caller: call.caller,
      userId: call.attribution.userId,
      wire: SEMANTIC_CACHE,
      operation: 'embeddings',
      payload: { kind: 'embeddings', protocol: openaiEmbeddingsClient, request },
    });
    const startedMono = of.clock.monotonic();
    const { error } = await runFor(call, embedding, of.run);
    call.waitedMs += of.clock.monotonic() - startedMono;
    if (error !== undefined || embedding.reply === undefined) return undefined;
    return vectorOf(embedding.reply.body);
  };
}

function vectorOf(body: Buffer): Float32Array | undefined {
  const data = asArray(asObject(parseJson(body.toString('utf8')))?.data);
  const numbers = asArray(asObject(data?.[0])?.embedding);
  if (numbers === undefined || numbers.length === 0) return undefined;
  return Float32Array.from(numbers, (number) => asNumber(number) ?? Number.NaN);
}
