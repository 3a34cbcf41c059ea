import type { ChatReply, Choice, Content, Part } from '../../kernel/chat.ts';
import { WeirError } from '../../kernel/errors.ts';
import { isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { ReadChatReply } from '../../ports/call.ts';
import type { WireEvent } from '../../ports/framing.ts';
import type { ChatPayload } from '../../ports/payload.ts';
import type { ChatUpstreamProtocol, ReplyContext, StreamEncoder, UpstreamContext } from '../../ports/protocol.ts';
import { replyWithArguments } from '../validation/reply-tool-calls.ts';
import type { Exchange, ReadReply, StreamReader, UpstreamReply } from './exchange.ts';

/** Chat between any two wires. On the same wire the upstream's bytes are what the client gets. */
export function chatExchange(
  payload: ChatPayload,
  upstream: ChatUpstreamProtocol,
  context: UpstreamContext & { reply: () => ReplyContext; rewrites: boolean },
): Exchange {
  const { protocol, request } = payload;
  const sameWire = protocol.wire === upstream.wire;
  const encoded = sameWire ? upstream.forward(request, context) : upstream.encode(request.chat(), context);

  function whole(reply: UpstreamReply): ReadReply {
    const decoded = upstream.decodeReply(jsonBody(reply));
    const body = sameWire
      ? reply.body
      : Buffer.from(JSON.stringify(protocol.encodeReply(decoded, request, context.reply())));
    let outputCharacters = 0;
    for (const choice of decoded.choices)
      for (const content of choice.content) outputCharacters += charactersOf(content);
    return {
      reply: { status: 200, contentType: sameWire ? reply.contentType : 'application/json', body },
      usage: decoded.usage,
      outputCharacters,
      chat: chatReply(decoded, reply.body),
    };
  }

  function chatReply(decoded: ChatReply, upstreamBody: Buffer): ReadChatReply {
    const encode = (changed: ChatReply) =>
      Buffer.from(JSON.stringify(protocol.encodeReply(changed, request, context.reply())));
    const read: ReadChatReply & { reply: ChatReply } = {
      reply: decoded,
      withTexts(texts) {
        const choices = decoded.choices.map((choice) => withText(choice, texts.get(choice.index)));
        read.reply = { ...decoded, choices };
        if (sameWire && protocol.replaceTexts !== undefined) return protocol.replaceTexts(upstreamBody, texts);
        return encode(read.reply);
      },
      withArguments(mended, texts) {
        const { choices, ...rest } = replyWithArguments(decoded, mended);
        read.reply = { ...rest, choices: choices.map((choice) => withText(choice, texts.get(choice.index))) };
        return encode(read.reply);
      },
      encode,
    };
    return read;
  }

  return {
    wire: upstream.wire,
    sameWire,
    method: 'POST',
    path: undefined,
    contentType: 'application/json',
    encoded,
    whole,
    stream: () =>
      sameWire && !context.rewrites
        ? relay(payload, upstream, context.reply)
        : translate(payload, upstream, context.reply),
    readError: (json) => upstream.readError(json),
  };
}

function relay(payload: ChatPayload, upstream: ChatUpstreamProtocol, context: () => ReplyContext): StreamReader {
  const decoder = upstream.decoder();
  const { protocol, request } = payload;
  let encoder: StreamEncoder | undefined;
  return {
    contentType: undefined,
    read: (event) => decoder.decode(event),
    end: () => decoder.end(),
    // What comes in an envelope is not what the client gets.
    ...(upstream.unwrap === undefined && decoder.skim !== undefined ? { skim: decoder.skim.bind(decoder) } : {}),
    write(event: WireEvent | undefined, emitted: readonly Part[], untouched: boolean) {
      if (untouched) {
        if (event === undefined) return emitted.some(isEnd) ? protocol.terminator : undefined;
        const own = upstream.unwrap === undefined ? event : upstream.unwrap(event);
        return protocol.relay === undefined ? own.raw : protocol.relay(own, emitted, request);
      }
      encoder ??= protocol.encoder(request, context());
      return encodeAll(encoder, emitted);
    },
    rewrite() {
      const anew = protocol.encoder(request, context());
      encoder = anew;
      return (part) => anew.encode(part);
    },
    fail: (error, requestId) => encoder?.fail?.(error, requestId),
  };
}

function translate(payload: ChatPayload, upstream: ChatUpstreamProtocol, context: () => ReplyContext): StreamReader {
  const decoder = upstream.decoder();
  let encoder: StreamEncoder | undefined;
  return {
    contentType: undefined,
    read: (event) => decoder.decode(event),
    end: () => decoder.end(),
    write(_event, emitted) {
      encoder ??= payload.protocol.encoder(payload.request, context());
      return encodeAll(encoder, emitted);
    },
    rewrite() {
      const anew = payload.protocol.encoder(payload.request, context());
      encoder = anew;
      return (part) => anew.encode(part);
    },
    fail: (error, requestId) => encoder?.fail?.(error, requestId),
  };
}

/** The choice saying something else: its first text becomes all of it. */
function withText(choice: Choice, text: string | undefined): Choice {
  if (text === undefined) return choice;
  const first = choice.content.findIndex((content) => content.type === 'text');
  const content = choice.content.flatMap((item, at): Content[] => {
    if (item.type !== 'text') return [item];
    return at === first ? [{ type: 'text', text }] : [];
  });
  if (first < 0) content.push({ type: 'text', text });
  return { ...choice, content };
}

function isEnd(part: Part): boolean {
  return part.type === 'end';
}

function encodeAll(encoder: StreamEncoder, parts: readonly Part[]): string | undefined {
  let text = '';
  for (const part of parts) text += encoder.encode(part);
  return text === '' ? undefined : text;
}

export function jsonBody(reply: UpstreamReply): JsonObject {
  const json = parseJson(reply.body.toString('utf8'));
  if (!isObject(json)) {
    throw new WeirError('upstream.bad_reply', {
      message: `The provider answered ${reply.status} with ${reply.body.length === 0 ? 'an empty body' : 'something that is not a JSON object'}.`,
    });
  }
  return json;
}

function charactersOf(content: Content): number {
  switch (content.type) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return content.text.length;
    case 'tool-call':
      return content.name.length + content.argumentsText.length;
    default:
      return 0;
  }
}
