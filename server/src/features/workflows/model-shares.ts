import type { Json } from '../../kernel/json.ts';
import { totalTokens } from '../../kernel/usage.ts';
import { type UsageRecord, usageOf } from '../../kernel/usage-record.ts';
import type { AttemptRow } from '../../ports/workflow-store.ts';

/** What a model was asked, by the name that the ledger has for it. */
export interface NanoShare {
  /** Calls that it had a part in; one that went from a model to another is a call of both. */
  readonly calls: number;
  readonly tokens: number;
  readonly nano: number;
}

const NONE: NanoShare = { calls: 0, tokens: 0, nano: 0 };

/** Each model's part in calls: what their attempts cost, to the nano-USD. */
export function sharesOf(records: readonly Pick<UsageRecord, 'attempts' | 'model' | 'success'>[]): Shares {
  const shares = new Shares();
  for (const { attempts, model, success } of records) {
    // An answer from the cache is the model's that once gave it; what was refused is nobody's.
    if (attempts.length === 0 && success && model !== null) shares.add(model, { ...NONE, calls: 1 });
    const models = new Set<string>();
    for (const attempt of attempts) {
      const { tokens, cost_nano_usd } = attempt;
      const calls = models.has(attempt.model) ? 0 : 1;
      shares.add(attempt.model, { calls, tokens: totalTokens(usageOf(tokens)), nano: cost_nano_usd });
      models.add(attempt.model);
    }
  }
  return shares;
}

/** Of an attempt's row. Those that the ledger knows nothing of were reported by what the step did, and cost nothing here. */
export function sharesIn({ models, model_name, tokens_used, cost_nano }: AttemptRow): Shares {
  if (models !== null) return Shares.read(models);
  const shares = new Shares();
  if (model_name !== null) shares.add(model_name, { calls: 1, tokens: tokens_used, nano: cost_nano ?? 0 });
  return shares;
}

/** Shares by model, in the order in which models came. */
export class Shares {
  readonly #byModel = new Map<string, NanoShare>();

  /** What `toJSON` gave. */
  static read(json: string): Shares {
    const shares = new Shares();
    for (const [model, calls, tokens, nano] of JSON.parse(json) as [string, number, number, number][]) {
      shares.add(model, { calls, tokens, nano });
    }
    return shares;
  }

  [Symbol.iterator](): Iterator<[model: string, share: NanoShare]> {
    return this.#byModel.entries();
  }

  add(model: string, { calls, tokens, nano }: NanoShare): void {
    const before = this.#byModel.get(model) ?? NONE;
    this.#byModel.set(model, {
      calls: before.calls + calls,
      tokens: before.tokens + tokens,
      nano: before.nano + nano,
    });
  }

  toJSON(): Json {
    return [...this.#byModel].map(([model, { calls, tokens, nano }]) => [model, calls, tokens, nano]);
  }
}
