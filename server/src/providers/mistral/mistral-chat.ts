import { isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { WireEvent } from '../../ports/framing.ts';
import type { ChatUpstreamProtocol, StreamDecoder, UpstreamContext } from '../../ports/protocol.ts';
import { openaiChatUpstream } from '../../protocols/openai-chat/upstream.ts';
import { withPlainThinking } from './plain-thinking.ts';
import { jsonWithShortIds, withShortIds } from './short-call-ids.ts';

/** OpenAI's chat as Mistral speaks it: another name for the seed, short call ids, thinking inside the content. */
export const mistralChatUpstream: ChatUpstreamProtocol = {
  ...openaiChatUpstream,
  forward(request, context) {
    const messages = jsonWithShortIds(request.json.messages);
    const seed = typeof request.json.seed === 'number' ? request.json.seed : undefined;
    const fields = { ...seedField(seed), ...(messages === undefined ? {} : { messages }) };
    return openaiChatUpstream.forward(request, withFields(context, fields));
  },
  encode(request, context) {
    const messages = withShortIds(request.messages);
    return openaiChatUpstream.encode({ ...request, messages }, withFields(context, seedField(request.seed)));
  },
  decodeReply: (json) => openaiChatUpstream.decodeReply(withPlainThinking(json)),
  decoder: () => new MistralStreamDecoder(),
};

const IN_PIECES = /"content":\s*\[/;

function seedField(seed: number | undefined): JsonObject {
  return seed === undefined ? {} : { random_seed: seed };
}

function withFields(context: UpstreamContext, fields: JsonObject): UpstreamContext {
  const { quirks } = context;
  return { ...context, quirks: { ...quirks, setFields: { ...quirks.setFields, ...fields } } };
}

class MistralStreamDecoder implements StreamDecoder {
  readonly #chat = openaiChatUpstream.decoder();

  decode(event: WireEvent): ReturnType<StreamDecoder['decode']> {
    return this.#chat.decode(IN_PIECES.test(event.data) ? plain(event) : event);
  }

  end(): ReturnType<StreamDecoder['end']> {
    return this.#chat.end();
  }
}

function plain(event: WireEvent): WireEvent {
  const json = parseJson(event.data);
  return isObject(json) ? { ...event, data: JSON.stringify(withPlainThinking(json)) } : event;
}
