import { parse } from 'yaml';
import { z } from 'zod';
import { RefusedConfiguration, UnsupportedConstruct } from '../construct-error.ts';

/** A plugin as configured: its properties in order, names in lower case. A property may be there several times. */
export interface FluentPlugin {
  readonly name: string;
  readonly properties: readonly (readonly [name: string, value: string])[];
}
export interface FluentConfig {
  /** In the order in which records pass them: processors of the input, then filters. */
  readonly filters: readonly FluentPlugin[];
  readonly outputs: readonly FluentPlugin[];
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const pluginSchema = z.record(z.string(), z.unknown());
const yamlSchema = z.looseObject({
  pipeline: z.strictObject({
    inputs: z.array(pluginSchema).default([]),
    filters: z.array(pluginSchema).default([]),
    outputs: z.array(pluginSchema).default([]),
  }),
});

/** Reads the classic format (sections in brackets) or YAML. */
export function readFluentConfig(text: string): FluentConfig {
  return /^\s*\[[A-Za-z_]+\]\s*$/m.test(text) ? readClassic(text) : readYaml(text);
}

/** Sections of indented keys and values; a comment is a whole line; nothing continues on the next line. */
function readClassic(text: string): FluentConfig {
  const sections: { readonly kind: string; readonly properties: [string, string][] }[] = [];
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const heading = /^\[([A-Za-z_]+)\]$/.exec(trimmed)?.[1];
    if (heading !== undefined) {
      sections.push({ kind: heading.toUpperCase(), properties: [] });
      continue;
    }
    const [, key, value] = /^(\S+)\s+(.+)$/.exec(trimmed) ?? [];
    const section = sections.at(-1);
    if (key === undefined || value === undefined || section === undefined || !/^\s/.test(line)) {
      throw new RefusedConfiguration('Fluent Bit', `the line ${trimmed} is no indented key with a value`);
    }
    section.properties.push([key.toLowerCase(), checkVariables(value)]);
  }
  const unknown = sections.find(({ kind }) => !['SERVICE', 'INPUT', 'FILTER', 'OUTPUT'].includes(kind));
  if (unknown !== undefined) throw new UnsupportedConstruct('Fluent Bit', `the section ${unknown.kind}`);
  const plugins = (kind: string) =>
    sections.filter((section) => section.kind === kind).map(({ properties }) => toPlugin(properties));
  return { filters: plugins('FILTER'), outputs: plugins('OUTPUT') };
}

function readYaml(text: string): FluentConfig {
  const parsed = yamlSchema.safeParse(parse(text));
  if (!parsed.success) throw new RefusedConfiguration('Fluent Bit', z.prettifyError(parsed.error));
  const { inputs, filters, outputs } = parsed.data.pipeline;
  const processors = inputs.flatMap((input) => readProcessors(input.processors));
  const own = filters.map((filter) => readPlugin(filter));
  return { filters: [...processors, ...own], outputs: outputs.map((output) => readPlugin(output)) };
}

/** Filters of an input itself see its records whatever their tag. */
function readProcessors(raw: unknown): FluentPlugin[] {
  if (raw === undefined) return [];
  const parsed = z.strictObject({ logs: z.array(pluginSchema) }).safeParse(raw);
  if (!parsed.success) throw new UnsupportedConstruct('Fluent Bit', `processors: ${z.prettifyError(parsed.error)}`);
  return parsed.data.logs.map((plugin) => readPlugin({ ...plugin, match: '*' }));
}

function readPlugin(raw: z.infer<typeof pluginSchema>): FluentPlugin {
  const properties = Object.entries(raw).flatMap(([key, value]): [string, string][] => {
    const values = z.array(scalar).safeParse(Array.isArray(value) ? value : [value]);
    if (!values.success) throw new UnsupportedConstruct('Fluent Bit', `the property ${key} of ${String(raw.name)}`);
    return values.data.map((one) => [key.toLowerCase(), checkVariables(one)]);
  });
  return toPlugin(properties);
}

function toPlugin(properties: readonly (readonly [string, string])[]): FluentPlugin {
  const name = properties.find(([key]) => key === 'name')?.[1];
  if (name === undefined) throw new RefusedConfiguration('Fluent Bit', 'a plugin without a name');
  return { name: name.toLowerCase(), properties: properties.filter(([key]) => key !== 'name') };
}

/** Fluent Bit puts environment variables into every value, inline code too. */
function checkVariables(value: string): string {
  if (value.includes('${')) throw new UnsupportedConstruct('Fluent Bit', '${...}, which is an environment variable');
  return value;
}
