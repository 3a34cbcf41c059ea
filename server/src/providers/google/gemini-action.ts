import type { EndpointCall } from '../../ports/provider.ts';

/** What is done with the model, as Google's addresses end. */
export function geminiAction({ wire, stream }: EndpointCall): string {
  if (wire === 'gemini-embeddings') return 'batchEmbedContents';
  if (wire === 'vertex-embeddings') return 'predict';
  return stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
}
