import type { ChatReply, Wire } from '../kernel/chat.ts';
import { isObject, type JsonObject, parseJson } from '../kernel/json.ts';
import type { Call } from '../ports/call.ts';
import type { ChatPayload } from '../ports/payload.ts';
import type { ChatUpstreamProtocol, ReplyContext } from '../ports/protocol.ts';
import type { CachedReply, RenderedReply } from '../ports/reply-cache.ts';
import { anthropicMessagesUpstream } from './anthropic-messages/upstream.ts';
import { partsOf, ReplyAssembler } from './assemble-reply.ts';
import { SseSplitter } from './framing/sse-splitter.ts';
import { openaiChatUpstream } from './openai-chat/upstream.ts';
import { openaiCompletionsUpstream } from './openai-completions/upstream.ts';
import { openaiResponsesUpstream } from './openai-responses/upstream.ts';
import { readKeptReply } from './weir-v1/kept-reply.ts';

type Reader = Pick<ChatUpstreamProtocol, 'decodeReply' | 'decoder'>;

/** How a reply of a client's wire is read again. */
const READERS: { readonly [W in Wire]?: Reader } = {
  'openai-chat': openaiChatUpstream,
  'openai-completions': openaiCompletionsUpstream,
  'openai-responses': openaiResponsesUpstream,
  'anthropic-messages': anthropicMessagesUpstream,
};

/**
 * A kept reply for this call. In the form it was kept in, its bytes are given as they are; in the other form, or where the
 * wire repeats parts of the request (Responses) or writes the reply later (seed APIs), it is written anew.
 */
export function renderCachedReply(call: Call, kept: CachedReply): RenderedReply | undefined {
  const { payload } = call;
  if (payload.kind !== 'chat') return kept.form === 'whole' && !call.stream ? kept : undefined;
  const { request } = payload;
  const sameForm = call.stream
    ? kept.form === 'stream' && kept.showsUsage === request.includeUsage
    : kept.form === 'whole';
  if (sameForm && !WRITTEN_ANEW.has(request.wire)) return kept;
  if (losesFields(request.json)) return undefined;
  const reply = readReply(request.wire, kept);
  if (reply === undefined) return undefined;
  return write(call, payload, { ...reply, usage: reply.usage ?? kept.usage });
}

const WRITTEN_ANEW: ReadonlySet<Wire> = new Set<Wire>(['openai-responses', 'weir-v1']);

/** What the neutral form has no word for between whole and streamed replies. */
function losesFields({ logprobs, modalities }: JsonObject): boolean {
  const asksLogprobs = logprobs !== undefined && logprobs !== null && logprobs !== false;
  return asksLogprobs || (Array.isArray(modalities) && modalities.includes('audio'));
}

/** A reply as a client got it, in neutral form; undefined when it cannot be read. Throws when the bytes are not of the wire. */
export function readReply(wire: Wire, kept: Pick<CachedReply, 'form' | 'body'>): ChatReply | undefined {
  if (wire === 'weir-v1') return readKeptReply(kept.body);
  const reader = READERS[wire];
  if (reader === undefined) return undefined;
  if (kept.form === 'stream') return readStream(reader, kept.body);
  const json = parseJson(kept.body.toString('utf8'));
  return isObject(json) ? reader.decodeReply(json) : undefined;
}

function readStream(reader: Reader, body: Buffer): ChatReply {
  const decoder = reader.decoder();
  const assembler = new ReplyAssembler();
  const splitter = new SseSplitter();
  const add = (event: Parameters<typeof decoder.decode>[0]) => {
    for (const part of decoder.decode(event)) assembler.add(part);
  };
  splitter.push(body, add);
  splitter.end(add);
  for (const part of decoder.end()) assembler.add(part);
  return assembler.reply();
}

function write(call: Call, { protocol, request }: ChatPayload, reply: ChatReply): RenderedReply {
  const context = contextOf(call);
  if (!call.stream) {
    const json = protocol.encodeReply(reply, request, context);
    return { body: Buffer.from(JSON.stringify(json)), tailAt: 0, contentType: 'application/json' };
  }
  const encoder = protocol.encoder(request, context);
  let text = '';
  let tail = '';
  for (const part of partsOf(reply)) {
    if (part.type === 'end') tail += encoder.encode(part);
    else text += encoder.encode(part);
  }
  const before = Buffer.from(text);
  return {
    body: Buffer.concat([before, Buffer.from(tail)]),
    tailAt: before.length,
    contentType: 'text/event-stream; charset=utf-8',
  };
}

function contextOf(call: Call): ReplyContext {
  return {
    requestId: call.id,
    createdS: Math.floor(call.startedAt / 1000),
    nowMs: call.startedAt,
    provider: call.replayed?.provider ?? '',
    dropped: call.dropped,
  };
}
