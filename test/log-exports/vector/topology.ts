import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { DisputedConstruct, RefusedConfiguration, UnsupportedConstruct } from '../construct-error.ts';

/** A condition: a VRL expression, short or with its type. */
const condition = z.union([
  z.string(),
  z.strictObject({ type: z.literal('vrl'), source: z.string() }).transform(({ source }) => source),
]);
const inputs = z.array(z.string()).min(1);

const transformSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('remap'),
    inputs,
    source: z.string(),
    drop_on_error: z.boolean().default(false),
    drop_on_abort: z.boolean().default(true),
  }),
  z.strictObject({ type: z.literal('filter'), inputs, condition }),
  z.strictObject({
    type: z.literal('route'),
    inputs,
    route: z.record(z.string(), condition),
    reroute_unmatched: z.boolean().default(true),
  }),
  z.strictObject({
    type: z.literal('exclusive_route'),
    inputs,
    routes: z.array(z.strictObject({ name: z.string(), condition })),
  }),
  z.strictObject({
    type: z.literal('sample'),
    inputs,
    rate: z.number().optional(),
    ratio: z.number().optional(),
    rate_field: z.string().optional(),
    ratio_field: z.string().optional(),
    key_field: z.string().optional(),
    sample_rate_key: z.string().optional(),
    group_by: z.string().optional(),
    exclude: condition.optional(),
  }),
]);
export type VectorTransform = z.infer<typeof transformSchema>;

const component = z.looseObject({ type: z.string(), inputs: inputs.optional() });
const configSchema = z.strictObject({
  sources: z.record(z.string(), component).default({}),
  transforms: z.record(z.string(), z.looseObject({ type: z.string() })).default({}),
  sinks: z.record(z.string(), component).default({}),
  data_dir: z.string().optional(),
  api: z.unknown().optional(),
});

export interface VectorTopology {
  readonly sources: readonly string[];
  readonly transforms: ReadonlyMap<string, VectorTransform>;
  /** Ports that sinks read. */
  readonly sinkInputs: readonly string[];
}

/** Reads a configuration in TOML, YAML or JSON; a fragment may leave out sources and sinks. */
export function readTopology(text: string): VectorTopology {
  const parsed = configSchema.safeParse(parseText(text));
  if (!parsed.success) throw new UnsupportedConstruct('Vector', z.prettifyError(parsed.error));
  const { sources, transforms, sinks } = parsed.data;
  const known = Object.entries(transforms).map(([name, raw]) => [name, readTransform(name, raw)] as const);
  return {
    sources: Object.keys(sources),
    transforms: new Map(known),
    sinkInputs: Object.values(sinks).flatMap((sink) => sink.inputs ?? []),
  };
}

function readTransform(name: string, raw: { type: string }): VectorTransform {
  const read = transformSchema.safeParse(raw);
  if (read.success) return read.data;
  const isKnown = ['remap', 'filter', 'route', 'exclusive_route', 'sample'].includes(raw.type);
  if (!isKnown) throw new UnsupportedConstruct('Vector', `the transform type ${raw.type}`);
  throw new RefusedConfiguration('Vector', `the transform ${name}: ${z.prettifyError(read.error)}`);
}

/** Older versions put environment variables into the text before anything reads it, newer ones only when told to. */
function checkVariables(text: string): void {
  const [found] = /\$\$|\$[A-Za-z0-9_.]+|\$\{[A-Za-z0-9_.]+/.exec(text) ?? [];
  if (found === undefined) return;
  throw new DisputedConstruct(
    'Vector',
    `${found} is an environment variable or an escape in some versions, text in others`,
  );
}

function parseText(text: string): unknown {
  checkVariables(text);
  let tomlError: unknown;
  try {
    return parseToml(text);
  } catch (error) {
    tomlError = error;
  }
  const document: unknown = parseYaml(text);
  if (typeof document !== 'object' || document === null) {
    throw new RefusedConfiguration('Vector', `neither TOML (${String(tomlError)}) nor YAML`);
  }
  return document;
}
