import { WeirError } from '../../kernel/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LineWindow } from '../line-window.ts';
import type { ReadLine } from '../read-line.ts';
import { decodeLogsRequest } from './decode-protobuf.ts';
import { encodeReply, type OtlpEncoding, type OtlpReply } from './encode-reply.ts';
import { linesOfRequest } from './lines-of-request.ts';
import { openBody } from './open-body.ts';
import { MalformedProto } from './proto-fields.ts';
import { type JsonRequests, readJsonLines } from './read-json-lines.ts';

export interface SentLogs {
  readonly projectId: string;
  readonly body: Buffer;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

export interface LogReceiverParts {
  readonly window: LineWindow;
  readonly readLine: ReadLine;
  readonly clock: Clock;
  /** Told of the size of JSON before it is parsed; throws when it is too deep or too much. */
  readonly assertJson: (body: Buffer) => void;
}

/** Takes what OpenTelemetry exporters send: OTLP/HTTP as protocol buffers, JSON or lines of JSON, with gzip or without. */
export class LogReceiver {
  readonly #parts: LogReceiverParts;

  constructor(parts: LogReceiverParts) {
    this.#parts = parts;
  }

  /** Keeps the lines; gives the reply in the encoding of the request. Throws `request.invalid` and `request.too_large`. */
  async receive(sent: SentLogs): Promise<OtlpReply> {
    const { window, readLine, clock } = this.#parts;
    const body = await openBody(sent.body, sent.contentEncoding);
    const encoding = encodingOf(body, sent.contentType);
    const { requests, broken } = encoding === 'json' ? this.#readJson(body) : readProtobuf(body);
    let rejected = broken;
    for (const request of requests) {
      const read = linesOfRequest(request, readLine);
      rejected += read.rejected;
      for (const { service, lines } of read.services) {
        window.add({ owner: sent.projectId, service }, { lines, at: clock.now() });
      }
    }
    return encodeReply(encoding, { rejected, message: 'What is not readable as a log record was left out.' });
  }

  #readJson(body: Buffer): JsonRequests {
    this.#parts.assertJson(body);
    return readJsonLines(body.toString('utf8'));
  }
}

const OPEN_BRACE = 0x7b;

/** No message of protocol buffers begins with a brace, so the first byte tells more than headers, which are often wrong. */
function encodingOf(body: Buffer, contentType: string | undefined): OtlpEncoding {
  if (body[0] === OPEN_BRACE) return 'json';
  return /json/i.test(contentType ?? '') ? 'json' : 'protobuf';
}

function readProtobuf(body: Buffer): JsonRequests {
  try {
    return { requests: [decodeLogsRequest(body)], broken: 0 };
  } catch (cause) {
    if (!(cause instanceof MalformedProto)) throw cause;
    throw new WeirError('request.invalid', {
      param: 'body',
      message: 'The body is no OTLP logs request of protocol buffers; for JSON send content-type: application/json.',
      cause,
    });
  }
}
