import type { Part } from '../../kernel/chat.ts';
import { asObject, asString, isObject, parseJson } from '../../kernel/json.ts';
import type { PassThroughPayload } from '../../ports/payload.ts';
import type { UpstreamErrorBody } from '../../ports/protocol.ts';
import type { Exchange, StreamReader } from './exchange.ts';

/** Bytes in, bytes out; usage is read where the provider reports it. The body is already what the provider should get. */
export function passThroughExchange(payload: PassThroughPayload, body: Buffer | undefined): Exchange {
  return {
    wire: 'pass-through',
    sameWire: true,
    method: payload.method,
    path: payload.path,
    contentType: payload.contentType,
    encoded: { body: body ?? Buffer.alloc(0), dropped: [] },
    whole(reply) {
      const json = reply.contentType.includes('json') ? parseJson(reply.body.toString('utf8')) : undefined;
      return {
        reply: {
          status: reply.status,
          contentType: reply.contentType,
          body: reply.body,
          headers: shownHeaders(reply.headers),
        },
        usage: isObject(json) ? payload.readUsage(json) : undefined,
        outputCharacters: 0,
      };
    },
    stream: () => streamReader(payload),
    readError: openAiErrorBody,
  };
}

const SHOWN_HEADERS = ['content-disposition', 'openai-processing-ms', 'openai-version'];

function shownHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const name of SHOWN_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string') shown[name] = value;
  }
  return shown;
}

/** Streams of images and transcriptions: every event passes, the last one may carry usage. */
function streamReader(payload: PassThroughPayload): StreamReader {
  let started = false;
  return {
    contentType: undefined,
    read(event): readonly Part[] {
      const parts: Part[] = [];
      const json = event.data.includes('"usage"') ? parseJson(event.data) : undefined;
      const usage = isObject(json) ? payload.readUsage(json) : undefined;
      if (!started) {
        started = true;
        parts.push({ type: 'text-delta', choice: 0, block: 0, text: '' });
      }
      if (usage !== undefined) parts.push({ type: 'usage', usage });
      return parts;
    },
    end: () => [{ type: 'end' }],
    write: (event) => event?.raw,
  };
}

function openAiErrorBody(json: unknown): UpstreamErrorBody {
  const error = asObject(asObject(json)?.error);
  if (error === undefined) return {};
  const message = asString(error.message);
  const type = asString(error.type);
  const code = asString(error.code);
  return {
    ...(message === undefined ? {} : { message }),
    ...(type === undefined ? {} : { type }),
    ...(code === undefined ? {} : { code }),
  };
}
