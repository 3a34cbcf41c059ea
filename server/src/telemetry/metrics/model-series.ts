import type { AttemptRecord, TokenBuckets, UsageRecord } from '../../kernel/usage-record.ts';
import { METRICS } from '../metric-table.ts';
import { Counter } from './counter.ts';
import { Family } from './family.ts';
import { Histogram } from './histogram.ts';

const BUCKETS: readonly (keyof TokenBuckets)[] = [
  'input',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'output',
  'reasoning',
  'audio_input',
  'audio_output',
  'images',
];

/** The metrics that are split by provider and model. */
export class ModelFamilies {
  readonly requests: Family<Counter>;
  readonly latency: Family<Histogram>;
  readonly tokens: Family<Histogram>;
  readonly cost: Family<Histogram>;
  readonly firstToken: Family<Histogram>;
  readonly buckets: Family<Counter>;
  readonly attempts: Family<Counter>;

  constructor(maxSeries: number) {
    const counter = () => new Counter();
    const histogram = (name: 'llm_latency_seconds' | 'llm_tokens_total' | 'llm_cost_usd' | typeof FIRST_TOKEN) =>
      new Family(name, () => new Histogram(METRICS[name].bounds ?? []), maxSeries);
    this.requests = new Family('llm_requests_total', counter, maxSeries);
    this.latency = histogram('llm_latency_seconds');
    this.tokens = histogram('llm_tokens_total');
    this.cost = histogram('llm_cost_usd');
    this.firstToken = histogram(FIRST_TOKEN);
    this.buckets = new Family('weir_tokens_total', counter, maxSeries);
    this.attempts = new Family('weir_attempts_total', counter, maxSeries);
  }

  render(): string {
    const { requests, latency, tokens, cost, firstToken, buckets, attempts } = this;
    return [requests, latency, tokens, cost, firstToken, buckets, attempts].map((family) => family.render()).join('');
  }
}

const FIRST_TOKEN = 'weir_time_to_first_token_seconds';

/** The series of one provider's model, found once and kept. A series appears in the exposition with its first value. */
export class ModelSeries {
  readonly #families: ModelFamilies;
  readonly #provider: string;
  readonly #model: string;
  #success: Counter | undefined;
  #error: Counter | undefined;
  readonly #latency: Histogram;
  readonly #tokens: Histogram;
  readonly #cost: Histogram;
  #firstToken: Histogram | undefined;
  readonly #buckets: (Counter | undefined)[] = [];
  readonly #attempts = new Map<string, Map<string, Counter>>();

  constructor(families: ModelFamilies, provider: string, model: string) {
    this.#families = families;
    this.#provider = provider;
    this.#model = model;
    this.#latency = families.latency.series(provider, model);
    this.#tokens = families.tokens.series(provider, model);
    this.#cost = families.cost.series(provider, model);
  }

  call(record: UsageRecord): void {
    this.#requests(record.success).value++;
    this.#latency.observe(record.response_time_ms / 1000);
    this.#tokens.observe(record.tokens_used);
    this.#cost.observe(record.cost_usd);
    if (record.time_to_first_token_ms !== null) {
      this.#firstToken ??= this.#families.firstToken.series(this.#provider, this.#model);
      this.#firstToken.observe(record.time_to_first_token_ms / 1000);
    }
  }

  attempt(attempt: AttemptRecord): void {
    this.#attempt(attempt.reason, attempt.error_code ?? 'success').value++;
    for (let at = 0; at < BUCKETS.length; at++) {
      const bucket = BUCKETS[at] as keyof TokenBuckets;
      const count = attempt.tokens[bucket];
      if (count > 0) this.#bucket(at, bucket).value += count;
    }
  }

  #requests(success: boolean): Counter {
    if (success) {
      this.#success ??= this.#families.requests.series(this.#provider, this.#model, 'success');
      return this.#success;
    }
    this.#error ??= this.#families.requests.series(this.#provider, this.#model, 'error');
    return this.#error;
  }

  #bucket(at: number, bucket: string): Counter {
    let counter = this.#buckets[at];
    if (counter === undefined) {
      counter = this.#families.buckets.series(this.#provider, this.#model, bucket);
      this.#buckets[at] = counter;
    }
    return counter;
  }

  #attempt(reason: string, outcome: string): Counter {
    let byOutcome = this.#attempts.get(reason);
    if (byOutcome === undefined) {
      byOutcome = new Map();
      this.#attempts.set(reason, byOutcome);
    }
    let counter = byOutcome.get(outcome);
    if (counter === undefined) {
      counter = this.#families.attempts.series(this.#provider, this.#model, reason, outcome);
      byOutcome.set(outcome, counter);
    }
    return counter;
  }
}
