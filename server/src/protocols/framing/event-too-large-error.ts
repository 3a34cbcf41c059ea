import { WeirError } from '../../kernel/errors.ts';

/** An upstream sent an event larger than a splitter may hold in memory. */
export class EventTooLargeError extends WeirError {
  readonly maxEventBytes: number;

  constructor(maxEventBytes: number) {
    super('upstream.bad_reply', {
      message: `The provider sent a stream event of more than ${maxEventBytes} bytes.`,
      details: { type: 'event_too_large', max_event_bytes: maxEventBytes },
      retryable: false,
    });
    this.maxEventBytes = maxEventBytes;
  }
}
