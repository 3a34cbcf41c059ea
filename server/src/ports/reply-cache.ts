import type { Finding } from '../kernel/finding.ts';
import type { Usage } from '../kernel/usage.ts';
import type { Call } from './call.ts';

/** Names a reply: the same hash in two projects is two replies. */
export interface ReplyKey {
  readonly projectId: string;
  /** SHA-256 of everything that decides the reply, in hex. */
  readonly hash: string;
}

/** A reply that one client got whole: its bytes after guarding and validation, and what it cost. */
export interface CachedReply {
  /** How the client got it. A reply of one form can be given in the other; see `RenderReply`. */
  readonly form: 'whole' | 'stream';
  /** In the client's wire; a stream with its terminator. */
  readonly body: Buffer;
  /** Where the last write of a stream began: the bytes that wait for the ledger. 0 for whole replies. */
  readonly tailAt: number;
  readonly contentType: string;
  /** Of a stream: are the events of usage among the bytes? */
  readonly showsUsage: boolean;
  /** Who answered. */
  readonly provider: string;
  readonly model: string;
  /** As the provider counted it, or as Weir estimated it. */
  readonly usage: Usage;
  /** What the answering attempt cost, in nano-USD; 0 when no price is known. */
  readonly costNanoUsd: number;
  /** Request fields that did not survive on the way to the provider. */
  readonly dropped: readonly string[];
  /** What guardrails said of the reply. */
  readonly findings: readonly Finding[];
  readonly validated: Call['validated'];
}

export interface ReplyCacheState {
  readonly backend: 'memory' | 'redis';
  /** False while the backend does not answer and is left alone. */
  readonly isUp: boolean;
  /** Undefined where the backend does not count them for us. */
  readonly entries: number | undefined;
  readonly bytes: number | undefined;
  /** Lookups and writes that failed since the start. */
  readonly failures: number;
}

/**
 * Replies by key. Nothing here ever fails a call: what cannot be read is a miss, what cannot be written is forgotten. A
 * value that is not whole (cut, foreign, older form) is a miss too.
 */
export interface ReplyCache {
  /** False: the backend is resting after failures; ask again later and do not wait for it now. */
  isUp(): boolean;
  /** At once where the backend is this process, so that a hit waits for nothing. */
  get(key: ReplyKey): CachedReply | undefined | Promise<CachedReply | undefined>;
  /** Returns at once; a `get` on this process that starts later sees it. */
  put(key: ReplyKey, reply: CachedReply, ttlMs: number): void;
  /** Forgets everything of a project and gives the number of replies; rejects with `store.unavailable` when it could not. */
  purge(projectId: string): Promise<number>;
  state(): ReplyCacheState;
  close(): Promise<void>;
}

/** Bytes that a client can be given. */
export interface RenderedReply {
  readonly body: Buffer;
  readonly tailAt: number;
  readonly contentType: string;
}

/** Writes a cached reply for this call: whole or as a stream, with this call's own ids. Undefined when it cannot be. */
export type RenderReply = (call: Call, reply: CachedReply) => RenderedReply | undefined;
