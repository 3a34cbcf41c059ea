import type { Part } from '../../../kernel/chat.ts';
import type { WeirError } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { ClientRequest, ReplyContext, StreamEncoder } from '../../../ports/protocol.ts';
import { encodeErrorEvent } from '../reply/encode-error-event.ts';
import { ResponseBuilder } from '../reply/response-builder.ts';

/** Writes the event stream of this wire: named events whose sequence numbers count up from 0. */
export class ResponsesStreamEncoder implements StreamEncoder {
  readonly #builder: ResponseBuilder;
  #text = '';
  #sequence = 0;

  constructor(request: ClientRequest, context: ReplyContext) {
    this.#builder = new ResponseBuilder(request, context, (type, fields) => this.#write(type, fields));
  }

  encode(part: Part): string {
    this.#builder.add(part);
    const text = this.#text;
    this.#text = '';
    return text;
  }

  fail(error: WeirError): string {
    return encodeErrorEvent(error, this.#sequence++);
  }

  #write(type: string, fields: JsonObject): void {
    this.#text += `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: this.#sequence++, ...fields })}\n\n`;
  }
}
