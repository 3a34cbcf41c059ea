import type { ChatReply } from '../../kernel/chat.ts';
import { asObject, type JsonObject } from '../../kernel/json.ts';
import type { ChatClientProtocol, ChatUpstreamProtocol } from '../../ports/protocol.ts';
import type { Access, OutgoingRequest, ProviderDefinition } from '../../ports/provider.ts';
import { ReplyAssembler } from '../../protocols/assemble-reply.ts';
import { splitterFor } from '../../protocols/framing/splitter-for.ts';
import { collectEvents } from '../../protocols/framing/testing/collect-events.ts';
import { openaiChatClient } from '../../protocols/openai-chat/client.ts';

export interface ProviderCall {
  /** The client's body; its model is the one sent. */
  readonly body: JsonObject;
  /** Absent means OpenAI chat. */
  readonly client?: ChatClientProtocol;
  readonly clientHeaders?: Readonly<Record<string, string>>;
  /** Absent means the definition's own. */
  readonly baseUrl?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly secret?: string;
  readonly fetch?: Access['fetch'];
}

export interface Sent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  readonly dropped: readonly string[];
  readonly upstream: ChatUpstreamProtocol;
}

export const NOW_MS = 1_763_632_800_000;

/** What leaves for a provider, put together as the gateway does it. */
export async function send(definition: ProviderDefinition, call: ProviderCall): Promise<Sent> {
  const { client = openaiChatClient, settings = {}, clientHeaders = {} } = call;
  const bytes = Buffer.from(JSON.stringify(call.body));
  const request = client.decode(bytes, call.body, {});
  const upstream = upstreamFor(definition, request.model ?? '', client);
  const model = request.model ?? '';
  const context = {
    model: definition.upstreamModel?.(model, settings) ?? model,
    quirks: definition.quirks(model, upstream.wire),
    clientHeaders,
  };
  const encoded =
    upstream.wire === client.wire ? upstream.forward(request, context) : upstream.encode(request.chat(), context);
  const baseUrl = call.baseUrl ?? definition.defaultBaseUrl ?? '';
  const { stream } = request;
  const endpoint = definition.endpoint({ operation: 'chat', wire: upstream.wire, model, stream, baseUrl, settings });
  const headers: Record<string, string> = { ...endpoint.headers, ...encoded.headers };
  const outgoing: OutgoingRequest = { method: 'POST', url: endpoint.url, headers, body: encoded.body };
  await definition.authorize(outgoing, {
    secret: call.secret ?? 'secret-key',
    settings,
    nowMs: NOW_MS,
    fetch: call.fetch ?? (() => Promise.reject(new Error('no fetch was expected'))),
  });
  const body = asObject(JSON.parse(encoded.body.toString())) ?? {};
  return { url: endpoint.url, headers, body, dropped: encoded.dropped, upstream };
}

export function upstreamFor(
  definition: ProviderDefinition,
  model: string,
  { wire }: Pick<ChatClientProtocol, 'wire'>,
): ChatUpstreamProtocol {
  const upstream =
    definition.chatFor?.(model, wire) ?? definition.chat.find((each) => each.wire === wire) ?? definition.chat[0];
  if (upstream === undefined) throw new Error(`${definition.type} has no chat`);
  return upstream;
}

/** The reply that a stream of these bytes gives; throws what the decoder throws. */
export function hear(
  upstream: ChatUpstreamProtocol,
  bytes: Buffer | string,
  contentType = 'text/event-stream',
): ChatReply {
  const splitter = splitterFor(contentType);
  if (splitter === undefined) throw new Error(`no splitter for ${contentType}`);
  const decoder = upstream.decoder();
  const assembler = new ReplyAssembler();
  for (const event of collectEvents(splitter, [Buffer.from(bytes)])) {
    for (const part of decoder.decode(event)) assembler.add(part);
  }
  for (const part of decoder.end()) assembler.add(part);
  return assembler.reply();
}

export function sse(...events: readonly unknown[]): string {
  return events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');
}
