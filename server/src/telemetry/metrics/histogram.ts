import { sample } from './counter.ts';

/** Fixed buckets; values are counted in the first bucket that holds them and cumulated when shown. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let at = 0;
    while (at < bounds.length && value > (bounds[at] as number)) at++;
    this.#counts[at] = (this.#counts[at] as number) + 1;
    this.#sum += value;
  }

  render(name: string, labels: string): string {
    const prefix = labels === '' ? '' : `${labels},`;
    let text = '';
    let count = 0;
    for (const [at, counted] of this.#counts.entries()) {
      count += counted;
      text += sample(`${name}_bucket`, `${prefix}le="${this.#bounds[at] ?? '+Inf'}"`, count);
    }
    return text + sample(`${name}_sum`, labels, this.#sum) + sample(`${name}_count`, labels, count);
  }
}
