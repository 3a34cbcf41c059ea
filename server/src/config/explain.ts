import { isObject } from '../kernel/json.ts';
import type { LoadedConfig } from './load-config.ts';
import { maskValue } from './mask-secret.ts';

/** One setting, what it is, and who said so. */
export interface ExplainedValue {
  /** Dotted, as in the file: `retry.max_attempts`. */
  readonly setting: string;
  /** Secrets are masked. */
  readonly value: unknown;
  /** `flag`, `env NAME`, `file`, `default`, or `API`. */
  readonly source: string;
}

/** Every value of the configuration, in the order of the schema. */
export function explainConfig({ config, origins }: LoadedConfig): ExplainedValue[] {
  return leaves('', config).map(({ path, value }) => ({
    setting: path,
    value: maskValue(path, value),
    source: sourceOf(path, origins),
  }));
}

function leaves(path: string, value: unknown): { path: string; value: unknown }[] {
  const below = (key: string) => (path === '' ? key : `${path}.${key}`);
  if (isObject(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : leaves(below(key), item)));
  }
  if (Array.isArray(value) && value.some(isObject)) return value.flatMap((item, at) => leaves(below(String(at)), item));
  return [{ path, value }];
}

/** Items of a list come from where the list comes from. */
function sourceOf(path: string, origins: ReadonlyMap<string, string>): string {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const origin = origins.get(at);
    if (origin !== undefined) return origin;
  }
  return 'default';
}
