import { isDeepStrictEqual } from 'node:util';
import type { Config } from './schema.ts';

/** What a running server takes over when the configuration is read again; everything else waits for a restart. */
const RELOADED: readonly string[] = [
  'providers',
  'routes',
  'prices',
  'limits',
  'budgets',
  'on_unsupported',
  'usage.reports',
  'retry.max_attempts',
  'retry.base_delay_ms',
  'retry.max_delay_ms',
  'retry.jitter',
  'retry.provider',
  'batches',
];

export interface ChangedSettings {
  /** In force from now on. */
  readonly applied: readonly string[];
  /** Kept as they were until the next start. */
  readonly needRestart: readonly string[];
}

/** Settings that differ between two configurations: sections by name, single settings by dotted path. */
export function changedSettings(before: Config, after: Config): ChangedSettings {
  const changed = Object.keys(after).flatMap((section) => changesOf(section, before, after));
  const isReloaded = (path: string) => RELOADED.some((known) => path === known || path.startsWith(`${known}.`));
  return { applied: changed.filter(isReloaded), needRestart: changed.filter((path) => !isReloaded(path)) };
}

function changesOf(section: string, before: Config, after: Config): string[] {
  const [left, right] = [before, after].map((config) => (config as Record<string, unknown>)[section]);
  if (isDeepStrictEqual(left, right)) return [];
  if (!isTable(left) || !isTable(right)) return [section];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .filter((name) => !isDeepStrictEqual(left[name], right[name]))
    .map((name) => `${section}.${name}`);
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
