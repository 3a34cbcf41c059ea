import type { ChatReply } from '../../../server/src/kernel/chat.ts';
import type { JsonObject } from '../../../server/src/kernel/json.ts';
import type { ChatUpstreamProtocol, ClientRequest } from '../../../server/src/ports/protocol.ts';

/** A provider as the contract sees it: Weir's face towards it, and what it would send. */
export interface ProviderWire {
  readonly name: string;
  readonly upstream: ChatUpstreamProtocol;
  readonly contentType: string;
  /** The request that reached the provider, when Weir can read this wire as a server too. */
  read?(body: Buffer): ClientRequest;
  /** The reply to that request, whole. */
  whole(reply: ChatReply, asked: Buffer): JsonObject;
  /** The same reply as the chunks of a stream, one per event. */
  stream(reply: ChatReply, asked: Buffer): Buffer[];
}

export function sse(data: unknown, name?: string): Buffer {
  return Buffer.from(`${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`);
}
