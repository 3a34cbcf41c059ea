import { parse as parseYaml, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { WeirError } from '../kernel/errors.ts';
import { isObject, type JsonObject } from '../kernel/json.ts';
import { ENVIRONMENT, type EnvironmentSetting } from './environment.ts';
import { nearest } from './nearest.ts';
import { type Config, configSchema } from './schema.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigSources {
  readonly environment: Environment;
  /** Text of the file and its name for messages; undefined without one. */
  readonly file: { readonly name: string; readonly text: string } | undefined;
  /** Values given on the command line, by dotted path. */
  readonly flags: Readonly<Record<string, string | number>>;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Dotted path of every value that is not a default, and where it came from: `flag`, `env NAME` or `file`. */
  readonly origins: ReadonlyMap<string, string>;
}

/** Flags over environment over file over defaults. Throws `config.invalid` with every problem found, one per line. */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const origins = new Map<string, string>();
  const tree: JsonObject = sources.file === undefined ? {} : readFile(sources.file, sources.environment);
  for (const path of leaves(tree, [])) origins.set(path.join('.'), 'file');
  for (const setting of ENVIRONMENT) {
    const text = sources.environment[setting.variable];
    if (text === undefined || text === '') continue;
    setPath(tree, setting.path, convert(setting, text));
    origins.set(setting.path.join('.'), `env ${setting.variable}`);
  }
  for (const [path, value] of Object.entries(sources.flags)) {
    setPath(tree, path.split('.'), value);
    origins.set(path, 'flag');
  }
  const parsed = configSchema.safeParse(tree);
  if (!parsed.success) throw problems(parsed.error, sources.file?.name ?? 'configuration');
  return { config: parsed.data, origins };
}

function readFile(file: { name: string; text: string }, environment: Environment): JsonObject {
  let tree: unknown;
  try {
    tree = parseYaml(file.text, { maxAliasCount: 100 });
  } catch (thrown) {
    const where = thrown instanceof YAMLParseError ? thrown.message.split('\n')[0] : 'it is not YAML';
    throw new WeirError('config.invalid', { message: `${file.name}: ${where}` });
  }
  if (tree === null || tree === undefined) return {};
  if (!isObject(tree))
    throw new WeirError('config.invalid', { message: `${file.name}: the file must be a mapping of settings.` });
  return expand(tree, { environment, file: file.name, path: [] }) as JsonObject;
}

/** `${NAME}` becomes the variable's value; `${NAME:-other}` has a default. */
function expand(value: unknown, of: { environment: Environment; file: string; path: string[] }): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (_all, name: string, otherwise?: string) => {
      const found = of.environment[name] ?? otherwise;
      if (found !== undefined) return found;
      throw new WeirError('config.invalid', {
        message: `${of.file}: ${of.path.join('.')} uses \${${name}}, which is not set. Set it, or write \${${name}:-default}.`,
      });
    });
  }
  if (Array.isArray(value)) return value.map((item, at) => expand(item, { ...of, path: [...of.path, String(at)] }));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, expand(item, { ...of, path: [...of.path, key] })]),
  );
}

function convert(setting: EnvironmentSetting, text: string): string | number | boolean {
  if (setting.kind === 'string') return text;
  if (setting.kind === 'boolean') {
    if (/^(true|1|yes|on)$/i.test(text)) return true;
    if (/^(false|0|no|off)$/i.test(text)) return false;
    throw new WeirError('config.invalid', { message: `${setting.variable} must be true or false, not "${text}".` });
  }
  const number = Number(text);
  if (!Number.isFinite(number)) {
    throw new WeirError('config.invalid', { message: `${setting.variable} must be a number, not "${text}".` });
  }
  return setting.kind === 'seconds' ? Math.round(number * 1000) : number;
}

function setPath(tree: JsonObject, path: readonly string[], value: string | number | boolean): void {
  let at = tree;
  for (const key of path.slice(0, -1)) {
    const next = isObject(at[key]) ? at[key] : {};
    at[key] = next;
    at = next;
  }
  at[path.at(-1) as string] = value;
}

function leaves(value: unknown, path: string[]): string[][] {
  if (!isObject(value)) return [path];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
}

function problems(error: z.ZodError, file: string): WeirError {
  const lines = error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') return [`${path.join('.') || 'the file'}: ${issue.message}`];
    return issue.keys.map((key) => {
      const near = nearest(key, keysAt(configSchema, path));
      return `${[...path, key].join('.')}: there is no such setting${near === undefined ? '' : `; did you mean "${near}"?`}`;
    });
  });
  return new WeirError('config.invalid', {
    message: lines.map((line) => `${file}: ${line}`).join('\n'),
    details: { problems: lines },
  });
}

/** The setting names that stand at a path of the schema. */
export function keysAt(schema: z.ZodType, path: readonly string[]): string[] {
  let at: unknown = unwrap(schema);
  for (const key of path) {
    const definition = (at as { def?: { type?: string; shape?: Record<string, z.ZodType>; valueType?: z.ZodType } })
      .def;
    at = unwrap(definition?.shape?.[key] ?? definition?.valueType);
  }
  return Object.keys((at as { def?: { shape?: object } } | undefined)?.def?.shape ?? {});
}

function unwrap(schema: unknown): unknown {
  let at = schema as { def?: { innerType?: unknown } } | undefined;
  while (at?.def?.innerType !== undefined) at = at.def.innerType as typeof at;
  return at;
}
