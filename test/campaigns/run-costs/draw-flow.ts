import type { JsonObject } from '../../../server/src/kernel/json.ts';
import { asking, askingTool } from '../../workflows/paid-stand.ts';

/** A workflow and those it calls, which are made first. */
export interface DrawnFlow {
  readonly document: JsonObject;
  readonly inner: readonly JsonObject[];
  /** Of the run, in USD; undefined: none. */
  readonly usd: number | undefined;
  readonly calls: number | undefined;
}

/** Lists within lists, at most. */
const DEPTH = 2;

/** Model calls and tools that make some, in lists, branches at once, maps and sub-workflows, some with retries, some that go on after failures. */
export function drawFlow(random: () => number, name: string): DrawnFlow {
  const draw = new Draw(random, name);
  const steps = draw.steps(2 + draw.below(4), DEPTH);
  const usd = draw.oneIn(4) ? (1 + draw.below(20)) * 100e-6 : undefined;
  const calls = draw.oneIn(4) ? 1 + draw.below(8) : undefined;
  const budget = usd === undefined && calls === undefined ? {} : { budget: { usd, calls, onExceed: 'stop' } };
  return { document: json({ name, steps, ...budget }), inner: draw.inner, usd, calls };
}

class Draw {
  readonly inner: JsonObject[] = [];
  readonly #random: () => number;
  readonly #name: string;
  #made = 0;

  constructor(random: () => number, name: string) {
    this.#random = random;
    this.#name = name;
  }

  below(n: number): number {
    return Math.floor(this.#random() * n);
  }

  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }

  steps(count: number, depth: number): JsonObject[] {
    return Array.from({ length: count }, () => this.#step(depth));
  }

  #step(depth: number): JsonObject {
    const name = `s${++this.#made}`;
    switch (depth === 0 ? 0 : this.below(7)) {
      case 1:
        return {
          name,
          type: 'parallel',
          onError: 'continue',
          config: { steps: this.steps(1 + this.below(4), depth - 1) },
        };
      case 2: {
        const items = Array.from({ length: this.below(6) }, (_, at) => at);
        const config = {
          items,
          concurrency: 1 + this.below(5),
          toleratedFailures: this.below(4),
          steps: this.steps(1, depth - 1),
        };
        return { name, type: 'map', onError: 'continue', config };
      }
      case 3: {
        const workflow = `${this.#name}-${name}`;
        this.inner.push({ name: workflow, steps: this.steps(1 + this.below(2), 0) });
        return { name, type: 'workflow', onError: 'continue', config: { workflow, input: {} } };
      }
      default:
        return this.#call(name);
    }
  }

  #call(name: string): JsonObject {
    return this.oneIn(5) ? this.#tool(name) : this.#sampling(name);
  }

  #tool(name: string): JsonObject {
    const models = Array.from({ length: this.below(4) }, () => ['gpt-4o-mini', 'cheap', 'both'][this.below(3)] ?? '');
    return askingTool(name, models, { onError: 'continue' });
  }

  #sampling(name: string): JsonObject {
    const isStrict = this.oneIn(3);
    // Calls that say the same are answered from the cache where it is on.
    const content = this.oneIn(3) ? 'the same' : `${name} {{run.id}}`;
    const retry = {
      maxAttempts: 1 + this.below(3),
      backoffMs: 1,
      on: ['reply.invalid', 'upstream.rejected', 'upstream.unavailable'],
    };
    return asking(name, {
      retry,
      onError: this.oneIn(4) ? 'stop' : 'continue',
      config: json({
        model: this.oneIn(2) ? 'both' : 'openai/gpt-4o-mini',
        messages: [{ role: 'user', content }],
        schema: isStrict ? { type: 'object' } : undefined,
      }),
    });
  }
}

/** Without what is undefined. */
function json(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
