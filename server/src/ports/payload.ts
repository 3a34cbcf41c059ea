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
}
