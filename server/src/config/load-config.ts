import { parse as parseYaml, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { WeirError } from '../kernel/errors.ts';
import { isObject, type JsonObject } from '../kernel/json.ts';
import { nearest } from '../kernel/nearest.ts';
import { ENVIRONMENT, type EnvironmentSetting } from './environment.ts';
import { type Config, configSchema } from './schema.ts';
import { expandVariables, markVariables, unmark } from './variables.ts';

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
  const whole = new Set<string>();
  const tree: JsonObject = sources.file === undefined ? {} : readFile(sources.file, sources.environment, whole);
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
  const parsed = parse(tree, whole);
  if (!parsed.success) throw problems(parsed.error, sources.file?.name ?? 'configuration');
  return { config: parsed.data, origins };
}

/** A variable's text stands for a number or a truth value where the setting is one. */
function parse(tree: JsonObject, whole: ReadonlySet<string>): ReturnType<typeof configSchema.safeParse> {
  const first = configSchema.safeParse(tree);
  if (first.success || whole.size === 0) return first;
  for (const issue of first.error.issues) {
    const path = issue.path.map(String);
    if (issue.code !== 'invalid_type' || !whole.has(path.join('.'))) continue;
    const text = String(path.reduce<unknown>((at, key) => (at as JsonObject | undefined)?.[key], tree));
    if (issue.expected === 'boolean' && /^(true|false)$/.test(text)) setPath(tree, path, text === 'true');
    if (/^(number|int)$/.test(issue.expected) && /^-?\d+(\.\d+)?$/.test(text)) setPath(tree, path, Number(text));
  }
  return configSchema.safeParse(tree);
}

function readFile(file: { name: string; text: string }, environment: Environment, whole: Set<string>): JsonObject {
  const { text, variables } = markVariables(file.text);
  let tree: unknown;
  try {
    tree = parseYaml(text, { maxAliasCount: 100 });
  } catch (thrown) {
    const where = thrown instanceof YAMLParseError ? thrown.message.split('\n')[0] : 'it is not YAML';
    throw new WeirError('config.invalid', { message: `${file.name}: ${unmark(where ?? '', variables)}` });
  }
  if (tree === null || tree === undefined) return {};
  if (!isObject(tree))
    throw new WeirError('config.invalid', { message: `${file.name}: the file must be a mapping of settings.` });
  return expandVariables(tree, { environment, file: file.name, variables, whole }) as JsonObject;
}

function convert(setting: EnvironmentSetting, text: string): string | number | boolean | string[] {
  if (setting.kind === 'string') return text;
  if (setting.kind === 'list') return text.split(/[\s,]+/).filter((item) => item !== '');
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

function setPath(tree: JsonObject, path: readonly string[], value: string | number | boolean | string[]): void {
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
    // What is wrong with a name stands inside.
    const [inside] = issue.code === 'invalid_key' ? issue.issues : [];
    if (inside !== undefined) return [`${path.join('.')}: ${inside.message}`];
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
