import type { HealthLevel } from '../../parts/health.tsx';

const LEVELS: Readonly<Record<string, HealthLevel>> = {
  completed: 'good',
  running: 'good',
  pending: 'quiet',
  skipped: 'quiet',
  cancelled: 'quiet',
  waiting: 'warn',
  needs_attention: 'warn',
  failed: 'bad',
};
const WORDS: Readonly<Record<string, string>> = {
  waiting: 'waits',
  needs_attention: 'needs a person',
  running: 'runs',
};

/** The status of a run or a step, for people. */
export function stateOfRun(status: string): { readonly level: HealthLevel; readonly word: string } {
  return { level: LEVELS[status] ?? 'quiet', word: WORDS[status] ?? status };
}

export function isOver(status: string): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
