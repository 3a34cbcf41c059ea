import type { Json, JsonObject } from '../../../kernel/json.ts';
import { SECOND_MS } from '../../../kernel/time.ts';
import type { BudgetInForce } from '../../../ports/budgets.ts';
import type { Caller } from '../../../ports/call.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { EvalAnswer, EvalCalls, SaidAnswer } from '../../../ports/eval-calls.ts';
import type { EvalAnswerRow, EvalRunRow, EvalRunStore } from '../../../ports/evaluation-store.ts';
import type { ContentSeal } from '../../../ports/secrets.ts';

export interface RunCallsParts {
  readonly calls: EvalCalls;
  readonly store: Pick<EvalRunStore, 'keepAnswer' | 'answers'>;
  readonly seal: ContentSeal;
  readonly clock: Clock;
}

/** A call of one item. */
export interface CaseQuestion {
  readonly purpose: 'evaluation' | 'eval-judge';
  readonly body: JsonObject;
  readonly isFresh: boolean;
}

/** Makes the calls of one item, one after another. */
export type AskInCase = (question: CaseQuestion) => Promise<EvalAnswer>;

const CALL_MS = 120 * SECOND_MS;
const RATE_TRIES = 10;
const LONGEST_PAUSE_MS = 60 * SECOND_MS;

/**
 * The calls of one run. An answer is kept before the ledger has its call, and an item that is begun again after a crash gets it
 * instead of a call: nothing is paid twice. A call that the budget refuses waits while others of the run are under way, because what
 * they reserved and did not use comes back.
 */
export class RunCalls {
  readonly #of: RunCallsParts;
  readonly #by: { readonly run: EvalRunRow; readonly caller: Caller; readonly signal: AbortSignal };
  readonly #kept: Map<string, EvalAnswerRow[]>;
  readonly #budgets: readonly BudgetInForce[];
  #underWay = 0;
  #waiting: (() => void)[] = [];

  private constructor(
    of: RunCallsParts,
    by: { run: EvalRunRow; caller: Caller; signal: AbortSignal },
    kept: EvalAnswerRow[],
  ) {
    this.#of = of;
    this.#by = by;
    this.#kept = Map.groupBy(kept, ({ item_id, trial }) => `${trial} ${item_id}`);
    this.#budgets = budgetsOf(by.run, of.calls);
  }

  static async open(
    of: RunCallsParts,
    by: { run: EvalRunRow; caller: Caller; signal: AbortSignal },
  ): Promise<RunCalls> {
    return new RunCalls(of, by, await of.store.answers(by.run.id));
  }

  of(item: { readonly id: string; readonly trial: number }): AskInCase {
    const kept = this.#kept.get(`${item.trial} ${item.id}`) ?? [];
    let next = 0;
    return async (question) => {
      const place = next++;
      const before = kept.find((row) => row.place === place);
      if (before !== undefined) return this.#of.calls.known(this.#open(before));
      return this.#ask(question, { ...item, place });
    };
  }

  async #ask(question: CaseQuestion, at: { id: string; trial: number; place: number }): Promise<EvalAnswer> {
    const { clock, store, seal, calls } = this.#of;
    const { run, caller, signal } = this.#by;
    const keep = (said: SaidAnswer) =>
      store.keepAnswer({
        ...{ run_id: run.id, item_id: at.id, trial: at.trial, place: at.place, request_id: said.requestId },
        answer: seal.seal(run.project_id, JSON.stringify(said)),
      });
    for (let tries = 1; ; tries++) {
      this.#underWay++;
      const answer = await calls.ask({
        ...{ ...question, caller, signal, keep, budgets: this.#budgets, timeoutMs: CALL_MS },
        run: { id: run.id, item: at.id },
      });
      this.#underWay--;
      const others = this.#underWay;
      for (const wake of this.#waiting.splice(0)) wake();
      const { error } = answer;
      if (error?.code === 'limit.budget' && others > 0) await new Promise<void>((wake) => this.#waiting.push(wake));
      else if (error?.code === 'limit.rate' && tries < RATE_TRIES) {
        await pause(clock, Math.min(LONGEST_PAUSE_MS, error.retryAfterMs ?? SECOND_MS), signal);
      } else return answer;
    }
  }

  #open({ answer }: EvalAnswerRow): SaidAnswer {
    return JSON.parse(this.#of.seal.open(this.#by.run.project_id, answer)) as SaidAnswer;
  }
}

/** What the run may cost, held by the gateway like any budget: the worst case of a call is reserved before it is made. */
function budgetsOf(run: EvalRunRow, calls: Pick<EvalCalls, 'spentBy'>): BudgetInForce[] {
  const { id, project_id: projectId, budget_nano: limitNano } = run;
  if (limitNano === null) return [];
  const counter = `evaluation:${id}:total:0`;
  return [
    {
      budget: {
        ...{ projectId, scope: 'evaluation', id, limitNano, period: 'total', onExceed: 'stop', degradeTo: undefined },
        ...{ alertAt: [], approveAboveNano: undefined, shadow: false, source: 'api' },
      },
      startsAt: 0,
      period: {
        ...{ projectId, counter, name: `${projectId}:${counter}`, limitNano },
        ...{ endsAt: Number.POSITIVE_INFINITY, shadow: false },
      },
      spent: () => calls.spentBy({ id, projectId }),
    },
  ];
}

/** A judge's question as a call: JSON mode, temperature 0. */
export function judgeQuestion(of: {
  model: string;
  messages: Json;
  schema: JsonObject;
  maxTokens: number;
}): CaseQuestion {
  const { model, messages, schema, maxTokens } = of;
  const response_format = { type: 'json_schema', json_schema: { name: 'verdict', strict: true, schema } };
  return {
    purpose: 'eval-judge',
    body: { model, messages, max_tokens: maxTokens, temperature: 0, response_format },
    isFresh: false,
  };
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, done);
    function done() {
      signal.removeEventListener('abort', stop);
      resolve();
    }
    function stop() {
      cancel();
      done();
    }
    signal.addEventListener('abort', stop, { once: true });
  });
}
