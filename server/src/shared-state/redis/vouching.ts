/**
 * Lets a replica vouch only for what it knows. Whether something it asks for is held is decided by the answer: so vouching
 * waits for the answers that are on their way, and whoever asks meanwhile waits until it was sent, about one round trip.
 * Redis does what comes through one connection in its order.
 */
export class Vouching {
  #asked = 0;
  #onQuiet = () => {};
  /** Resolves when what is to be vouched for was sent. */
  #sent: Promise<void> | undefined;

  /** `run` resolves when the answer has been taken note of. */
  ask<Answer>(run: () => Promise<Answer>): Promise<Answer> {
    if (this.#sent !== undefined) return this.#sent.then(() => this.ask(run));
    this.#asked++;
    return run().finally(() => {
      if (--this.#asked === 0) this.#onQuiet();
    });
  }

  /** `send` sends before it waits for anything. */
  async vouch(send: () => Promise<void>): Promise<void> {
    while (this.#sent !== undefined) await this.#sent;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#sent = promise;
    if (this.#asked > 0) {
      await new Promise<void>((quiet) => {
        this.#onQuiet = quiet;
      });
    }
    const answer = send();
    this.#sent = undefined;
    resolve();
    await answer;
  }
}
