import type { Part } from '../../kernel/chat.ts';
import { asObject, asString, isObject, parseJson } from '../../kernel/json.ts';
import type { Usage } from '../../kernel/usage.ts';
import type { PassThroughPayload } from '../../ports/payload.ts';
import type { UpstreamErrorBody } from '../../ports/protocol.ts';
import type { Exchange, StreamedAs, StreamReader, UpstreamReply } from './exchange.ts';

/** Bytes in, bytes out; usage is read where the provider reports it. The body is already what the provider should get. */
export function passThroughExchange(
  payload: PassThroughPayload,
  sent: { readonly body: Buffer | undefined; readonly headers: Readonly<Record<string, string>> },
): Exchange {
  return {
    wire: 'pass-through',
    sameWire: true,
    method: payload.method,
    path: payload.path,
    contentType: payload.contentType,
    encoded: { body: sent.body ?? Buffer.alloc(0), dropped: [], headers: sent.headers },
    whole(reply) {
      const json = reply.contentType.includes('json') ? parseJson(reply.body.toString('utf8')) : undefined;
      return {
        reply: {
          status: reply.status,
          contentType: reply.contentType,
          body: reply.body,
          headers: shownHeaders(reply.headers, SHOWN_HEADERS),
        },
        usage: payload.readUsage(isObject(json) ? json : {}),
        outputCharacters: 0,
      };
    },
    streams: (contentType) => streamedAs(payload.streams, contentType),
    stream: ({ as, reply }) => (as === 'bytes' ? byteReader(payload, reply) : eventReader(payload)),
    readError: errorBody,
  };
}

function streamedAs(streams: PassThroughPayload['streams'], contentType: string): StreamedAs | undefined {
  if (streams === 'all') return 'bytes';
  if (streams === undefined || contentType.includes('json')) return undefined;
  if (contentType.startsWith('text/event-stream')) return 'events';
  return contentType.startsWith('text/') ? undefined : 'bytes';
}

const SHOWN_HEADERS = ['content-disposition', 'openai-processing-ms', 'openai-version'];
/** Bytes that nobody reads stay as the provider packed them. */
const SHOWN_WITH_BYTES = [...SHOWN_HEADERS, 'content-encoding', 'last-modified', 'etag'];

function shownHeaders(headers: UpstreamReply['headers'], names: readonly string[]): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string') shown[name] = value;
  }
  return shown;
}

/** Says to the stages that content has come: from here on the reply belongs to the client. */
const CONTENT: Part = { type: 'text-delta', choice: 0, block: 0, text: '' };

/** Sounds and files: chunks go on as they come. */
function byteReader(payload: PassThroughPayload, reply: Omit<UpstreamReply, 'body'>): StreamReader {
  let started = false;
  return {
    contentType: reply.contentType === '' ? 'application/octet-stream' : reply.contentType,
    headers: shownHeaders(reply.headers, SHOWN_WITH_BYTES),
    read() {
      if (started) return [];
      started = true;
      return [CONTENT];
    },
    end: () => [...usageParts(payload.readUsage({})), { type: 'end' }],
    write: (event) => event?.raw,
  };
}

/** Streams of images and transcriptions: every event passes, the last one may carry usage. */
function eventReader(payload: PassThroughPayload): StreamReader {
  let started = false;
  return {
    contentType: undefined,
    read(event): readonly Part[] {
      const json = event.data.includes('"usage"') ? parseJson(event.data) : undefined;
      const told = usageParts(isObject(json) ? payload.readUsage(json) : undefined);
      if (started) return told;
      started = true;
      return [CONTENT, ...told];
    },
    end: () => [{ type: 'end' }],
    write: (event) => event?.raw,
    fail: (error, requestId) => payload.streamError?.(error, requestId),
  };
}

function usageParts(usage: Usage | undefined): Part[] {
  return usage === undefined ? [] : [{ type: 'usage', usage }];
}

/** OpenAI and Anthropic put an object under `error`, others a text. */
function errorBody(json: unknown): UpstreamErrorBody {
  const said = asObject(json)?.error;
  if (typeof said === 'string') return { message: said };
  const error = asObject(said);
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
