import { completion, type SentRequest } from '../../chaos/support/gateway-fixture.ts';

/** Plays the provider: late, sometimes failing, never using more than it was allowed to. */
export class Upstream {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  answer(sent: SentRequest): void {
    sent.sent();
    const kind = this.#random();
    const after = this.#random() * 4;
    setTimeout(() => {
      if (sent.aborted) return;
      if (kind < 0.12) sent.answer(503, { error: { message: 'busy' } });
      else if (kind < 0.16) sent.answer(400, { error: { message: 'no' } });
      else if (kind < 0.2) sent.fail('ECONNRESET');
      else if (kind < 0.25) sent.answer(200, completion('words without a count', null));
      else sent.answer(200, completion('forty two', this.#usage(sent)));
    }, after);
  }

  #usage(sent: SentRequest) {
    const body = String(sent.request.body ?? '');
    const { max_tokens, n = 1 } = JSON.parse(body) as { max_tokens: number; n?: number };
    const prompt_tokens = Math.ceil(body.length * this.#random());
    const completion_tokens = Math.ceil(max_tokens * n * this.#random());
    return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
  }
}
