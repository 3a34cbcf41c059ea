import type { Usage } from './usage.ts';

/** One embeddings call without its wire. */
export interface EmbeddingRequest {
  readonly model: string;
  /** Texts, or token ids where the wire allows them. */
  readonly inputs: readonly (string | readonly number[])[];
  readonly dimensions?: number;
  readonly user?: string;
  /** Fields of the client's wire the neutral model has no word for. */
  readonly extensions: Readonly<Record<string, unknown>>;
}

export interface EmbeddingReply {
  readonly model: string;
  /** One vector per input, in order. */
  readonly vectors: readonly (readonly number[])[];
  readonly usage?: Usage;
}
