import { z } from 'zod';
import type { RouteSpec } from '../route.ts';
import { ERROR_SCHEMAS } from './errors-by-wire.ts';
import { SEED_SCHEMAS } from './seed-schemas.ts';
import { WIRE_SCHEMAS } from './wire-schemas.ts';

export type JsonSchema = { readonly [keyword: string]: unknown };

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, unknown>>;
  /** What the key must be allowed to do; absent on public routes. */
  readonly 'x-weir-permission'?: string;
}

export type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, unknown>>;
}

/** OpenAPI 3.1 of the documented routes, from the schemas that check their requests. */
export function openApiDocument(routes: readonly RouteSpec[], version: string): OpenApiDocument {
  const documented = routes.filter((route) => route.documented !== false);
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of documented) {
    const path = openApiPath(route.path);
    const operations = paths[path] ?? {};
    operations[route.method.toLowerCase()] = operationOf(route);
    paths[path] = operations;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Weir',
      version,
      description: 'One server between applications and LLM providers. Send a Weir key with every request.',
    },
    tags: [...new Set(documented.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A Weir key' },
        xApiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'A Weir key' },
        apiKey: { type: 'apiKey', in: 'header', name: 'api-key', description: 'A Weir key' },
      },
      schemas: Object.fromEntries(Object.values(ERROR_SCHEMAS).map(({ name, schema }) => [name, output(schema)])),
    },
  };
}

/** `/api/v1/keys/:id` as OpenAPI writes it; a wildcard is a parameter called `path`. */
export function openApiPath(path: string): string {
  return path.replace(/:([A-Za-z_]\w*)(\([^)]*\))?/g, '{$1}').replace(/\*/g, '{path}');
}

function operationOf(route: RouteSpec): Operation {
  const name = `${route.method} ${route.path}`;
  const wire = WIRE_SCHEMAS[name] ?? SEED_SCHEMAS[name];
  const body = route.body ?? wire?.body;
  const parameters = [...pathParameters(route.path), ...queryParameters(route.query)];
  return {
    operationId: operationId(route),
    summary: route.summary,
    tags: [route.tag],
    security: route.permission === 'public' ? [] : [{ bearer: [] }, { xApiKey: [] }, { apiKey: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: requestBody(body, wire?.isForm === true) }),
    responses: {
      [String(route.status ?? 200)]: {
        description: 'Success',
        ...replyContent(route.reply ?? wire?.reply),
      },
      default: {
        description: 'Error',
        content: json({ $ref: `#/components/schemas/${ERROR_SCHEMAS[route.errors].name}` }),
      },
    },
    ...(route.permission === 'public' ? {} : { 'x-weir-permission': route.permission }),
  };
}

function requestBody(body: z.ZodType, isForm: boolean): NonNullable<Operation['requestBody']> {
  return {
    required: true,
    content: { [isForm ? 'multipart/form-data' : 'application/json']: { schema: input(body) } },
  };
}

function replyContent(reply: z.ZodType | undefined): { content?: Content } {
  return reply === undefined ? {} : { content: json(output(reply)) };
}

function pathParameters(path: string): Parameter[] {
  const names = [...openApiPath(path).matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  return names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function queryParameters(query: z.ZodType | undefined): Parameter[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = input(query) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(typeof description === 'string' ? { description } : {}),
    schema,
  }));
}

/** `get_api_v1_keys_id`: stable, unique, readable. */
function operationId({ method, path }: RouteSpec): string {
  const words = openApiPath(path).match(/[A-Za-z0-9_]+/g) ?? ['root'];
  return [method.toLowerCase(), ...words].join('_');
}

function json(schema: JsonSchema): Content {
  return { 'application/json': { schema } };
}

function input(schema: z.ZodType): JsonSchema {
  return convert(schema, 'input');
}

function output(schema: z.ZodType): JsonSchema {
  return convert(schema, 'output');
}

function convert(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Record<string, unknown>;
  return rest;
}
