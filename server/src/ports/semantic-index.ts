/** Requests that differ in nothing but the meaning of their last message; never of two projects. */
export interface SemanticPartition {
  readonly projectId: string;
  /** SHA-256 of everything else in the request, in hex. */
  readonly hash: string;
}

export interface SemanticEntry {
  /** Length 1, so that the product of two is their cosine. */
  readonly vector: Float32Array;
  /** Hash of the reply's key in the reply cache. */
  readonly replyHash: string;
}

/** Where the meanings of earlier requests are kept. Nothing here fails a call: what cannot be read is not similar. */
export interface SemanticIndex {
  /** Reply hashes of entries at least that similar (cosine), the most similar first, at most three. Never rejects. */
  similar(partition: SemanticPartition, vector: Float32Array, threshold: number): Promise<readonly string[]>;
  add(partition: SemanticPartition, entry: SemanticEntry, ttlMs: number): void;
  /** Forgets everything of a project; rejects with `store.unavailable` when it could not. */
  purge(projectId: string): Promise<void>;
  /** Undefined where the backend does not count them for us. */
  entries(): number | undefined;
}

/** Turns a text into its vector, of any length; undefined when that failed for whatever reason. */
export type Embed = (text: string) => Promise<Float32Array | undefined>;
