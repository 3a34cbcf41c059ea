import { invalidRequest, isWeirError, WeirError } from '../../kernel/errors.ts';
import { asObject, type Json, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EvaluationStore, EvaluatorRow } from '../../ports/evaluation-store.ts';
import { EVALUATOR_NAMES, evaluatorNamed } from './evaluators/registry.ts';
import type { Check } from './item.ts';
import { PASS } from './runs/run-definition.ts';
import { type Agreement, cohenKappa } from './statistics/kappa.ts';

/** A check as it is asked for: by a kind of evaluator, or by the name of a stored one. */
export interface AskedCheck {
  readonly type?: string | undefined;
  readonly name?: string | undefined;
  readonly version?: number | undefined;
  readonly metric?: string | undefined;
  readonly expected?: Json | undefined;
  readonly options?: JsonObject | undefined;
  readonly threshold?: number | undefined;
  readonly negate?: boolean | undefined;
}

/** How far a judge agrees with people, and whether that is enough to hold up a change. */
export interface Calibration {
  /** Of the evaluator: another one is to be labelled anew. */
  readonly version: number;
  readonly agreement: Agreement | undefined;
  readonly canGate: boolean;
}

/** A judge must agree with people so far beyond chance before it may hold anything up. */
export const LEAST_KAPPA = 0.6;
export const LEAST_LABELS = 50;
const MOST_LABELS = 10_000;
/** What counts as a yes. */
const YES = 0.5;
const TRIES = 5;
/** Kinds that say how much, not whether. */
const GRADED = new Set(['levenshtein', 'numeric-diff', 'json-diff', 'list-contains']);

/** Evaluators under names: versions never change. */
export class EvaluatorVersions {
  readonly #store: Pick<EvaluationStore, 'evaluators' | 'scores'>;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(store: Pick<EvaluationStore, 'evaluators' | 'scores'>, clock: Pick<Clock, 'now'>) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Makes the next version. */
  async add(of: { projectId: string; name: string; type: string; options: JsonObject; author: string }) {
    checkType(of.type);
    const { evaluators } = this.#store;
    for (let tries = 1; ; tries++) {
      const latest = await evaluators.get(of.projectId, of.name);
      const row: EvaluatorRow = {
        ...{ project_id: of.projectId, name: of.name, version: (latest?.version ?? 0) + 1, type: of.type },
        ...{ options: JSON.stringify(of.options), author: of.author, created_at: this.#clock.now() },
      };
      try {
        await evaluators.insert(row);
        return row;
      } catch (error) {
        if (tries >= TRIES || !isWeirError(error) || error.code !== 'conflict') throw error;
      }
    }
  }

  latest(projectId: string): Promise<EvaluatorRow[]> {
    return this.#store.evaluators.latest(projectId);
  }

  /** The check that is meant, with everything it needs to be done again. */
  async resolve(asked: AskedCheck, of: { projectId: string; at: string }): Promise<Check> {
    const { at, projectId } = of;
    if ((asked.type === undefined) === (asked.name === undefined)) {
      throw invalidRequest(at, 'name either a type or a stored evaluator');
    }
    const stored = asked.name === undefined ? undefined : await this.#named(projectId, asked.name, asked.version);
    const type = stored?.type ?? asked.type ?? '';
    checkType(type, `${at}.type`);
    const metric = asked.metric ?? stored?.name ?? type;
    if (metric === PASS) throw invalidRequest(`${at}.metric`, `${PASS} is the score of all checks together`);
    return {
      ...{ metric, type },
      expected: asked.expected ?? null,
      options: { ...asObject(parseJson(stored?.options ?? '{}')), ...asked.options },
      threshold: asked.threshold ?? (isGraded(type) ? YES : 1),
      isNegated: asked.negate === true,
      ...(stored === undefined ? {} : { evaluator: { name: stored.name, version: stored.version } }),
    };
  }

  /** Of the latest version unless one is named. Undefined agreement: none of its scores has a person's beside it, or nothing differs. */
  async calibration(of: { projectId: string; name: string; version?: number | undefined }): Promise<Calibration> {
    const { projectId, name } = of;
    const { version } = await this.#named(projectId, name, of.version);
    const labelled = await this.#store.scores.labelled({
      ...{ projectId, evaluatorName: name, evaluatorVersion: version, limit: MOST_LABELS },
    });
    const pairs = labelled.map(({ automated, human }) => [automated >= YES, human >= YES] as const);
    const agreement = cohenKappa(pairs, 0.95);
    const canGate = agreement !== undefined && agreement.items >= LEAST_LABELS && agreement.kappa >= LEAST_KAPPA;
    return { version, agreement, canGate };
  }

  async #named(projectId: string, name: string, version: number | undefined): Promise<EvaluatorRow> {
    const row = await this.#store.evaluators.get(projectId, name, version);
    if (row !== undefined) return row;
    throw new WeirError('resource.not_found', { message: 'There is no such evaluator.' });
  }
}

function isGraded(type: string): boolean {
  return GRADED.has(type) || evaluatorNamed(type)?.asksModel === true;
}

function checkType(type: string, at = 'type'): void {
  if (evaluatorNamed(type) === undefined) throw invalidRequest(at, `knows ${EVALUATOR_NAMES.join(', ')}`);
}
