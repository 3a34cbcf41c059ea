import { WeirError } from '../../kernel/errors.ts';

/** Upstream bytes that break their own framing; nothing after them can be trusted. */
export class MalformedFrameError extends WeirError {
  constructor(problem: string) {
    super('upstream.bad_reply', {
      message: `The provider sent a damaged stream: ${problem}.`,
      details: { type: 'malformed_frame' },
    });
  }
}
