import { describe, expect, it } from 'vitest';
import type { ChatReply, Part } from '../../server/src/kernel/chat.ts';
import type { ChatClientProtocol, ClientRequest } from '../../server/src/ports/protocol.ts';
import { ReplyAssembler } from '../../server/src/protocols/assemble-reply.ts';
import { splitterFor } from '../../server/src/protocols/framing/splitter-for.ts';
import { collectEvents, cutAt } from '../../server/src/protocols/framing/testing/collect-events.ts';
import { type Conversation, conversationsFor, replyOutcome, requestOutcome, spokenOn } from './corpus.ts';
import type { ProviderWire } from './provider-wires/provider-wire.ts';

const UPSTREAM = { model: 'claude-or-gpt', quirks: {}, clientHeaders: {} };
const CONTEXT = { requestId: 'req_1', createdS: 1_763_632_800, nowMs: 1_763_632_800_000, provider: 'p', dropped: [] };
/** Small enough to be cut at every byte. */
const EVERY_BYTE = 'plain text';
const CUTS = 24;

/** A client wire together with the provider's side of the same wire, which writes its requests and reads its replies. */
export interface ClientUnderTest {
  readonly client: ChatClientProtocol;
  readonly provider: ProviderWire;
}

interface Asked {
  readonly request: ClientRequest;
  /** The body that reaches the provider. */
  readonly asked: Buffer;
  readonly dropped: readonly string[];
}

/** What every pair of a client's wire and a provider promises, for every conversation that both can say. */
export function protocolContract({ client, provider: own }: ClientUnderTest, provider: ProviderWire): void {
  const { upstream } = provider;
  const sameWire = client.wire === upstream.wire;
  const conversations = conversationsFor(client.wire, upstream.wire);

  /** The client's request, and the body that goes upstream. */
  function ask(conversation: Conversation, stream: boolean): Asked {
    const { body } = own.upstream.encode(spokenOn(client.wire, conversation, stream), UPSTREAM);
    const request = client.decode(body, JSON.parse(body.toString()), {});
    const encoded = sameWire ? upstream.forward(request, UPSTREAM) : upstream.encode(request.chat(), UPSTREAM);
    return { request, asked: encoded.body, dropped: encoded.dropped };
  }

  /** What the client makes of a stream that arrives in these chunks. */
  function listen(request: ClientRequest, chunks: readonly Buffer[]): ChatReply {
    const splitter = splitterFor(provider.contentType);
    const decoder = upstream.decoder();
    const encoder = client.encoder(request, CONTEXT);
    const shown: Buffer[] = [];
    const show = (parts: readonly Part[]) => {
      for (const part of parts) shown.push(Buffer.from(encoder.encode(part)));
    };
    if (splitter === undefined) throw new Error(`no splitter for ${provider.contentType}`);
    for (const event of collectEvents(splitter, chunks)) {
      const parts = decoder.decode(event);
      if (!sameWire) show(parts);
      else {
        const opened = upstream.unwrap?.(event) ?? event;
        const relayed = client.relay === undefined ? opened.raw : client.relay(opened, parts, request);
        if (relayed !== undefined) shown.push(relayed);
      }
    }
    const owed = decoder.end();
    if (!sameWire) show(owed);
    return read(own, shown);
  }

  describe(`${client.wire} client, ${provider.name} provider`, () => {
    it.each(conversations.map((item) => [item.name, item] as const))('whole: %s', (_, conversation) => {
      const { request, asked } = ask(conversation, false);
      const json = provider.whole(conversation.reply, asked);
      const decoded = upstream.decodeReply(json);
      expect(replyOutcome(decoded)).toEqual(replyOutcome(conversation.reply));
      const shown = sameWire ? json : client.encodeReply(decoded, request, CONTEXT);
      expect(replyOutcome(own.upstream.decodeReply(shown))).toEqual(replyOutcome(conversation.reply));
    });

    it.each(conversations.map((item) => [item.name, item] as const))('streamed: %s', (name, conversation) => {
      const { request, asked } = ask(conversation, true);
      const bytes = Buffer.concat(provider.stream(conversation.reply, asked));
      const expected = replyOutcome(conversation.reply);
      expect(replyOutcome(listen(request, [bytes]))).toEqual(expected);
      expect(replyOutcome(listen(request, cutAt(bytes, positions(bytes.length))))).toEqual(expected);
      if (name !== EVERY_BYTE) return;
      for (let at = 0; at <= bytes.length; at++) {
        expect(replyOutcome(listen(request, cutAt(bytes, [at])))).toEqual(expected);
      }
    });

    // A stream never says how many choices it will have, so only with one can a cut between two be seen.
    const single = conversations.filter(({ reply }) => reply.choices.length === 1);
    it.each(single.map((item) => [item.name, item] as const))('cut short: %s', (_, conversation) => {
      const { request, asked } = ask(conversation, true);
      const events = provider.stream(conversation.reply, asked);
      const expected = replyOutcome(conversation.reply).choices;
      for (let count = 0; count < events.length; count++) {
        const heard = attempt(() => listen(request, events.slice(0, count)));
        if ('reply' in heard) expect(replyOutcome(heard.reply).choices, `after ${count} events`).toEqual(expected);
        else expect(heard.error).toMatchObject({ code: 'upstream.bad_reply', details: { type: 'upstream_truncated' } });
      }
    });

    const { read: readAsked } = provider;
    if (readAsked === undefined) return;
    it.each(conversations.map((item) => [item.name, item] as const))('asked: %s', (_, conversation) => {
      const { request, asked, dropped } = ask(conversation, false);
      const arrived = requestOutcome(readAsked(asked).chat());
      const wanted = requestOutcome(request.chat());
      const isStopLost = dropped.some((name) => name.startsWith('stop'));
      // Where the address says whether it streams, the provider's side always reads a stream.
      expect(arrived).toEqual({ ...wanted, stream: arrived.stream, ...(isStopLost ? { stop: arrived.stop } : {}) });
    });
  });
}

function read(own: ProviderWire, shown: readonly Buffer[]): ChatReply {
  const decoder = own.upstream.decoder();
  const assembler = new ReplyAssembler();
  const splitter = splitterFor('text/event-stream');
  if (splitter === undefined) throw new Error('no splitter for SSE');
  for (const event of collectEvents(splitter, shown)) {
    for (const part of decoder.decode(event)) assembler.add(part);
  }
  for (const part of decoder.end()) assembler.add(part);
  return assembler.reply();
}

function attempt(listen: () => ChatReply): { reply: ChatReply } | { error: unknown } {
  try {
    return { reply: listen() };
  } catch (error) {
    return { error };
  }
}

/** The same scattered places on every run: a failure can be looked at again. */
function positions(length: number): number[] {
  let state = length;
  return Array.from({ length: CUTS }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state;
  });
}
