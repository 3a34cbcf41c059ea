import { METRICS, type MetricName, type MetricRow } from '../metric-table.ts';
import { labelText } from './label-text.ts';

/** Beyond this many series provider and model are counted as "other": a hostile client cannot grow the exposition. */
export const MAX_SERIES = 2000;

const NAMED_BY_OTHERS = new Set(['provider', 'model']);

/** One line, or one group of lines, of the exposition. */
interface Series {
  render(name: string, labels: string): string;
}

/** All series of one metric, found by their label values. Keep the series: finding it again costs more than using it. */
export class Family<T extends Series> {
  readonly #name: MetricName;
  readonly #row: MetricRow;
  readonly #create: () => T;
  readonly #maxSeries: number;
  readonly #byLabels = new Map<string, T>();

  constructor(name: MetricName, create: () => T, maxSeries = MAX_SERIES) {
    this.#name = name;
    this.#row = METRICS[name];
    this.#create = create;
    this.#maxSeries = maxSeries;
    // A metric without labels exists from the start, so that rates have a zero to start from.
    if (this.#row.labels.length === 0) this.series();
  }

  series(...values: readonly string[]): T {
    const labels = labelText(this.#row.labels, values);
    const known = this.#byLabels.get(labels);
    if (known !== undefined) return known;
    if (this.#byLabels.size >= this.#maxSeries) return this.#overflow(values);
    return this.#add(labels);
  }

  render(): string {
    let text = heading(this.#name);
    for (const [labels, series] of this.#byLabels) text += series.render(this.#name, labels);
    return text;
  }

  /** Only provider and model are names that others choose; the other labels have few values and stay. */
  #overflow(values: readonly string[]): T {
    const shared = this.#row.labels.map((name, at) => (NAMED_BY_OTHERS.has(name) ? 'other' : (values[at] ?? '')));
    const labels = labelText(this.#row.labels, shared);
    return this.#byLabels.get(labels) ?? this.#add(labels);
  }

  #add(labels: string): T {
    const created = this.#create();
    this.#byLabels.set(labels, created);
    return created;
  }
}

/** The two comment lines that introduce a metric. */
export function heading(name: MetricName): string {
  const row = METRICS[name];
  return `# HELP ${name} ${row.help}\n# TYPE ${name} ${row.type}\n`;
}
