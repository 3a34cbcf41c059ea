import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../kernel/time.ts';
import type { UsageRecord } from '../../kernel/usage-record.ts';

/** What one key did within a minute, and the most it used to do. */
export interface KeySurge {
  readonly keyId: string;
  readonly projectId: string;
  readonly calls: number;
  readonly usualCalls: number;
  readonly nano: number;
  readonly usualNano: number;
}

export interface SurgeThresholds {
  /** How many times the busiest minute of before makes a surge. */
  readonly ratio: number;
  /** Fewer calls within a minute are none... */
  readonly leastCalls: number;
  /** ...unless they cost as much, in nano-USD. */
  readonly leastNano: number;
}

/** A key has no habits before it was watched for this long. */
const KNOWN_AFTER_MS = HOUR_MS;
/** Of the busiest minute so much counts after a day. */
const LEFT_AFTER_A_DAY = 0.5;
/** Keys beyond these are forgotten, the one that was quiet longest first. */
const MAX_KEYS = 10_000;

interface Habit {
  readonly projectId: string;
  readonly sinceMono: number;
  /** The minute that is counted now. */
  minute: number;
  calls: number;
  nano: number;
  usualCalls: number;
  usualNano: number;
}

/** What each key does within its busiest minutes, so that one that was stolen, or loops, is noticed. Known since the start. */
export class KeyHabits {
  readonly #habits = new Map<string, Habit>();

  /** Every settled call. */
  add(record: UsageRecord, nowMono: number): void {
    const { key_id: keyId, project_id: projectId } = record;
    const habit = this.#habits.get(keyId) ?? newHabit(projectId, nowMono);
    roll(habit, nowMono);
    habit.calls++;
    habit.nano += record.cost_nano_usd;
    if (habit.calls > 1 && this.#habits.has(keyId)) return;
    // Once a minute to the end of the line.
    this.#habits.delete(keyId);
    this.#habits.set(keyId, habit);
    if (this.#habits.size > MAX_KEYS) this.#habits.delete(this.#habits.keys().next().value as string);
  }

  /** Keys that do far more in this minute than they ever did in one. */
  surges({ ratio, leastCalls, leastNano }: SurgeThresholds, nowMono: number): KeySurge[] {
    const found: KeySurge[] = [];
    const minute = minuteOf(nowMono);
    for (const [keyId, habit] of this.#habits) {
      const { calls, nano, usualCalls, usualNano, projectId } = habit;
      if (habit.minute !== minute || nowMono - habit.sinceMono < KNOWN_AFTER_MS) continue;
      const isBusy = calls >= leastCalls && calls >= ratio * usualCalls;
      const isDear = nano >= leastNano && nano >= ratio * usualNano;
      if (isBusy || isDear) found.push({ keyId, projectId, calls, usualCalls, nano, usualNano });
    }
    return found;
  }
}

function newHabit(projectId: string, nowMono: number): Habit {
  const minute = minuteOf(nowMono);
  return { projectId, sinceMono: nowMono, minute, calls: 0, nano: 0, usualCalls: 0, usualNano: 0 };
}

/** When a minute is over it becomes what is usual, unless a busier one is not long ago. */
function roll(habit: Habit, nowMono: number): void {
  const passed = minuteOf(nowMono) - habit.minute;
  if (passed <= 0) return;
  const left = LEFT_AFTER_A_DAY ** ((passed * MINUTE_MS) / DAY_MS);
  habit.usualCalls = Math.max(habit.usualCalls, habit.calls) * left;
  habit.usualNano = Math.max(habit.usualNano, habit.nano) * left;
  habit.minute += passed;
  habit.calls = 0;
  habit.nano = 0;
}

function minuteOf(nowMono: number): number {
  return Math.floor(nowMono / MINUTE_MS);
}
