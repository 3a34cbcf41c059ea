import { asString, isObject, parseJson } from '../../kernel/json.ts';
import type { WireEvent } from '../../ports/framing.ts';
import type { ChatUpstreamProtocol, EncodedRequest, StreamDecoder, UpstreamContext } from '../../ports/protocol.ts';
import { anthropicMessagesUpstream } from '../anthropic-messages/upstream.ts';
import { bedrockBetas } from './claude-betas.ts';
import { readError } from './read-error.ts';
import { bedrockFailure } from './stream-failure.ts';

/**
 * Claude through InvokeModel: the Messages wire, with the version and the betas in the body and every event of a stream
 * in an envelope.
 */
export const bedrockClaudeUpstream: ChatUpstreamProtocol = {
  ...anthropicMessagesUpstream,
  forward: (request, context) => withoutHeaders(anthropicMessagesUpstream.forward(request, withBetas(context))),
  encode: (request, context) => withoutHeaders(anthropicMessagesUpstream.encode(request, withBetas(context))),
  decoder: () => new InvokeStreamDecoder(),
  unwrap,
  readError: (json) => ({ ...anthropicMessagesUpstream.readError(json), ...readError(json) }),
};

function withBetas(context: UpstreamContext): UpstreamContext {
  const betas = bedrockBetas(context.clientHeaders['anthropic-beta']);
  if (betas.length === 0) return context;
  const { quirks } = context;
  return { ...context, quirks: { ...quirks, setFields: { ...quirks.setFields, anthropic_beta: betas } } };
}

function withoutHeaders({ body, dropped }: EncodedRequest): EncodedRequest {
  return { body, dropped };
}

/** Gives the event as Anthropic's own servers would have sent it; exceptions of AWS stay what they are. */
function unwrap(event: WireEvent): WireEvent {
  if (event.name !== 'chunk') return event;
  const envelope = parseJson(event.data);
  const bytes = isObject(envelope) ? asString(envelope.bytes) : undefined;
  // Some stand-ins for Bedrock put the event into the frame without the envelope.
  const data = bytes === undefined ? event.data : Buffer.from(bytes, 'base64').toString('utf8');
  const json = parseJson(data);
  const name = isObject(json) ? asString(json.type) : undefined;
  const raw = Buffer.from(`${name === undefined ? '' : `event: ${name}\n`}data: ${data.replaceAll('\n', '')}\n\n`);
  return { name, data, raw };
}

class InvokeStreamDecoder implements StreamDecoder {
  readonly #messages = anthropicMessagesUpstream.decoder();

  decode(event: WireEvent): ReturnType<StreamDecoder['decode']> {
    const failure = event.data.startsWith('{"type"') ? undefined : bedrockFailure(event);
    if (failure !== undefined) throw failure;
    return this.#messages.decode(unwrap(event));
  }

  end(): ReturnType<StreamDecoder['end']> {
    return this.#messages.end();
  }
}
