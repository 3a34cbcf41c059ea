import { ERRORS, type ErrorCode } from '../../kernel/errors.ts';
import type { UsageRecord } from '../../kernel/usage-record.ts';
import type { CallFact } from './facts.ts';

const KEPT = 5000;

/** The latest calls of this process, as far as causes need them. */
export class RecentCalls {
  readonly #calls: CallFact[] = [];
  #next = 0;

  add(record: UsageRecord): void {
    this.#calls[this.#next % KEPT] = factOf(record);
    this.#next++;
  }

  /** Calls of before, oldest first: they go in front of those that came meanwhile. */
  seed(records: readonly UsageRecord[]): void {
    const after = this.read(undefined);
    const all = [...records.map(factOf), ...after].slice(-KEPT);
    this.#calls.splice(0, this.#calls.length, ...all);
    this.#next = all.length;
  }

  /** Oldest first; of all projects when none is named. */
  read(projectId: string | undefined): CallFact[] {
    const start = this.#next > KEPT ? this.#next % KEPT : 0;
    const inOrder = [...this.#calls.slice(start), ...this.#calls.slice(0, start)];
    return projectId === undefined ? inOrder : inOrder.filter((call) => call.projectId === projectId);
  }
}

function factOf(record: UsageRecord): CallFact {
  return {
    requestId: record.request_id,
    projectId: record.project_id,
    atMs: record.timestamp + record.response_time_ms,
    model: record.model ?? record.model_requested ?? 'unknown',
    failed: record.error_code !== null && isOurs(record.error_code),
    asksCache: record.cache !== 'bypass',
    isHit: record.cache === 'hit' || record.cache === 'semantic',
    attempts: record.attempts.map(({ provider, model, error_code, duration_ms }) => ({
      provider,
      model,
      failed: error_code !== null && isOurs(error_code),
      ms: duration_ms,
    })),
  };
}

function isOurs(code: ErrorCode): boolean {
  const { fault } = ERRORS[code];
  return fault === 'upstream' || fault === 'weir';
}
