/**
 * Amounts of one UTC day. A clock that goes back by a day does not open the day again: what was counted stays until the
 * clock has passed the day that was reached. After a larger step the count moves to the day the clock says.
 */
export class UtcDay {
  #day: number;
  requests = 0;
  tokens = 0;

  constructor(day: number) {
    this.#day = day;
  }

  get day(): number {
    return this.#day;
  }

  advance(day: number): void {
    if (day === this.#day) return;
    if (day > this.#day) {
      this.requests = 0;
      this.tokens = 0;
      this.#day = day;
    } else if (this.#day - day > 1) this.#day = day;
  }
}
