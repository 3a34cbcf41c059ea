/** Counts running calls so that a stop can wait for them. */
export class Drain {
  #started = false;
  #running = 0;
  #idle: (() => void) | undefined;

  /** True once the stop began: new calls are told to go elsewhere. */
  get started(): boolean {
    return this.#started;
  }

  get running(): number {
    return this.#running;
  }

  enter(): void {
    this.#running++;
  }

  leave(): void {
    this.#running--;
    if (this.#running === 0) this.#idle?.();
  }

  /** From here on new calls are refused; resolves when none runs any more or the time is up. */
  async finish(timeoutMs: number): Promise<void> {
    this.#started = true;
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
