import type { UsageRecord } from '../../kernel/usage-record.ts';
import { MAX_SERIES } from './family.ts';
import { ModelFamilies, ModelSeries } from './model-series.ts';

/** Finds the series of a provider's model, and decides which models deserve their own. */
export class ModelBook {
  readonly #families: ModelFamilies;
  readonly #maxModels: number;
  readonly #byProvider = new Map<string, Map<string, ModelSeries>>();
  #models = 0;
  #overflow: ModelSeries | undefined;

  constructor(maxSeries = MAX_SERIES) {
    this.#families = new ModelFamilies(maxSeries);
    this.#maxModels = maxSeries;
  }

  observe(record: UsageRecord): void {
    const { attempts } = record;
    const last = attempts.at(-1);
    this.#seriesOf(record.provider, record.model, record.success ? 200 : (last?.status ?? 0)).call(record);
    for (const attempt of attempts) this.#seriesOf(attempt.provider, attempt.model, attempt.status).attempt(attempt);
  }

  render(): string {
    return this.#families.render();
  }

  /** A model that its provider does not know is a name some client made up: it gets no series of its own. */
  #seriesOf(provider: string | null, model: string | null, upstreamStatus: number): ModelSeries {
    if (provider === null || model === null) return this.#find('none', 'none') ?? this.#add('none', 'none');
    const known = this.#find(provider, model);
    if (known !== undefined) return known;
    const name = upstreamStatus === 404 ? 'other' : model;
    return this.#find(provider, name) ?? this.#add(provider, name);
  }

  #find(provider: string, model: string): ModelSeries | undefined {
    return this.#byProvider.get(provider)?.get(model);
  }

  #add(provider: string, model: string): ModelSeries {
    if (this.#models >= this.#maxModels) {
      this.#overflow ??= new ModelSeries(this.#families, 'other', 'other');
      return this.#overflow;
    }
    let byModel = this.#byProvider.get(provider);
    if (byModel === undefined) {
      byModel = new Map();
      this.#byProvider.set(provider, byModel);
    }
    const series = new ModelSeries(this.#families, provider, model);
    byModel.set(model, series);
    this.#models++;
    return series;
  }
}
