import { startOfDay, startOfHour } from '../../kernel/time.ts';
import type { RollupTable, UsageRecordTable } from '../schema.ts';

type Sums = { -readonly [Column in keyof RollupTable]: RollupTable[Column] } & {
  cost_nano: bigint;
  saved_nano: bigint;
};

/** Adds up the records of one batch, so that each hour and each day is written once per batch. */
export class Rollup {
  readonly #hours = new Map<string, Sums>();

  add(row: UsageRecordTable): void {
    this.#count(row, 1);
  }

  /** For a record that was counted and is not there any more. */
  subtract(row: UsageRecordTable): void {
    this.#count(row, -1);
  }

  hours(): Iterable<RollupTable> {
    return this.#hours.values();
  }

  days(): Iterable<RollupTable> {
    const days = new Map<string, Sums>();
    for (const hour of this.#hours.values()) {
      const sums = this.#sums(days, startOfDay(hour.start), hour);
      sums.calls += hour.calls;
      sums.succeeded += hour.succeeded;
      sums.input_tokens += hour.input_tokens;
      sums.output_tokens += hour.output_tokens;
      sums.cost_nano += hour.cost_nano;
      sums.unpriced += hour.unpriced;
      sums.estimated += hour.estimated;
      sums.saved_nano += hour.saved_nano;
    }
    return days.values();
  }

  #count(row: UsageRecordTable, sign: 1 | -1): void {
    const sums = this.#sums(this.#hours, startOfHour(row.timestamp), row);
    sums.calls += sign;
    sums.succeeded += sign * row.succeeded;
    sums.input_tokens += sign * row.input_tokens;
    sums.output_tokens += sign * row.output_tokens;
    sums.cost_nano += BigInt(sign * row.cost_nano);
    sums.saved_nano += BigInt(sign * row.saved_nano);
    sums.unpriced += sign * row.unpriced;
    sums.estimated += sign * row.estimated;
  }

  #sums(into: Map<string, Sums>, start: number, of: UsageRecordTable | Sums): Sums {
    const { project_id, user_id, key_id, agent_type, model, provider, wire } = of;
    const key = JSON.stringify([start, project_id, user_id, key_id, agent_type, model, provider, wire]);
    const known = into.get(key);
    if (known) return known;
    const dimensions = { start, project_id, user_id, key_id, agent_type, model, provider, wire };
    const zero = { calls: 0, succeeded: 0, input_tokens: 0, output_tokens: 0, unpriced: 0, estimated: 0 };
    const sums: Sums = { ...dimensions, ...zero, cost_nano: 0n, saved_nano: 0n };
    into.set(key, sums);
    return sums;
  }
}
