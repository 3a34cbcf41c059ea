import type { WeirError } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';
import type {
  ChatClientProtocol,
  ClientRequest,
  EmbeddingClientProtocol,
  EmbeddingClientRequest,
  ReadUsage,
} from './protocol.ts';

/** What the client sent, by kind of operation. */
export type Payload = ChatPayload | EmbeddingPayload | PassThroughPayload;

export interface ChatPayload {
  readonly kind: 'chat';
  readonly protocol: ChatClientProtocol;
  readonly request: ClientRequest;
}

export interface EmbeddingPayload {
  readonly kind: 'embeddings';
  readonly protocol: EmbeddingClientProtocol;
  readonly request: EmbeddingClientRequest;
}

/** Bytes for a provider that speaks the client's wire: read only for usage. */
export interface PassThroughPayload {
  readonly kind: 'pass-through';
  readonly method: string;
  /** Path and query below the API root: `/images/generations`. */
  readonly path: string;
  readonly contentType: string | undefined;
  readonly body: Buffer | undefined;
  /** Parsed when the body is JSON. */
  readonly json: JsonObject | undefined;
  /** Rough size of the prompt in characters. */
  readonly promptCharacters: number;
  readonly readUsage: ReadUsage;
  /** How many replies a form asks for; absent: the JSON says it, or one. */
  readonly replies?: number;
  /** Where the value of a form's `model` field stands in the body; absent for JSON and forms without it. */
  readonly modelSpan?: { readonly start: number; readonly end: number };
  /**
   * Which 2xx replies go to the client as they come instead of being kept whole: `media` what is neither JSON nor text,
   * `all` every one (contents of files). Absent: none, whoever made the call wants to read the reply.
   */
  readonly streams?: 'media' | 'all';
  /** The error that ends a stream of events; absent, or a stream of bytes: the connection breaks off. */
  readonly streamError?: (error: WeirError, requestId: string) => string;
  /** After success, before the last byte: keeps what the reply made or changed at the provider. */
  readonly keep?: (done: PassedThrough) => Promise<void>;
}

/** A pass-through call that the provider answered. */
export interface PassedThrough {
  /** The whole reply; empty when it went out as a stream. */
  readonly body: Buffer;
  readonly provider: string;
  readonly credentialId: string;
}
