import { z } from 'zod';
import { ENVIRONMENT } from '../../server/src/config/environment.ts';
import { configSchema } from '../../server/src/config/schema.ts';
import { providerDefinitions } from '../../server/src/providers/registry.ts';
import { code, markdownTable, page } from './markdown.ts';

/** What of JSON Schema the configuration's schema uses. */
interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

export function configPage(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input' }) as JsonSchema;
  const sections = Object.entries(schema.properties ?? {}).flatMap(([name, section]) => [
    `## ${name}`,
    ...(section.description === undefined ? [] : [`${section.description}.`]),
    markdownTable(['setting', 'type', 'default', 'meaning'], rowsOf(name, section)),
  ]);
  return page('Configuration', [
    'The file is YAML (`weir.yaml`, or `--config FILE`); every setting is optional and none needs a file. `${NAME}` stands for an environment variable, `${NAME:-other}` has a default. Flags win over the environment, the environment over the file, the file over the defaults; `weir config explain` shows each value and its source.',
    'Read again on SIGHUP and when the file changes: providers, routes, prices, limits, budgets and the delays and numbers of retries. Everything else waits for a restart, and the log names it.',
    ...sections,
    '## Environment variables',
    markdownTable(['variable', 'sets', 'unit'], environmentRows()),
  ]);
}

/** A setting and everything below it; `NAME` stands for a key that the file chooses. */
function rowsOf(path: string, schema: JsonSchema): string[][] {
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties).flatMap(([key, below]) => rowsOf(`${path}.${key}`, below));
  }
  const values = schema.additionalProperties;
  if (typeof values === 'object' && values.properties !== undefined) return rowsOf(`${path}.NAME`, values);
  const own = [code(path), typeOf(schema), defaultOf(schema), `${schema.description ?? ''}`];
  const item = schema.items?.anyOf?.find(({ properties }) => properties !== undefined) ?? schema.items;
  return item?.properties === undefined ? [own] : [own, ...rowsOf(`${path}[]`, item)];
}

function typeOf(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(' ');
  if (schema.type === 'array') return `list of ${schema.items === undefined ? 'values' : typeOf(schema.items)}`;
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ');
  return schema.type === 'object' ? 'mapping' : (schema.type ?? 'any');
}

function defaultOf(schema: JsonSchema): string {
  return schema.default === undefined ? '-' : code(JSON.stringify(schema.default));
}

function environmentRows(): string[][] {
  const units = { string: '', number: '', seconds: 'seconds', boolean: 'true or false', list: 'list' } as const;
  const settings = ENVIRONMENT.map(({ variable, path, kind }) => [code(variable), code(path.join('.')), units[kind]]);
  const providers = providerDefinitions.flatMap(({ type, environment: { apiKey, baseUrl, model } }) => [
    ...apiKey.map((variable) => [code(variable), code(`providers.${type}.api_key`), '']),
    ...baseUrl.map((variable) => [code(variable), code(`providers.${type}.base_url`), '']),
    ...(model === undefined ? [] : [[code(model), code(`providers.${type}.default_model`), '']]),
  ]);
  return [...settings, ...providers, ...START];
}

const START: readonly string[][] = [
  [code('WEIR_ADMIN_KEY'), 'the admin key; at least 24 printable characters', ''],
  [code('WEIR_MASTER_KEY'), 'the key that encrypts stored credentials', '32 bytes, base64'],
  [code('ENCRYPTION_KEY'), `the same as ${code('WEIR_MASTER_KEY')}`, '32 bytes, urlsafe base64'],
  [code('WEIR_URL'), 'the server that commands speak to', ''],
];
