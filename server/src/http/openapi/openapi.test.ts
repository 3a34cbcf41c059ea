import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { managementServer } from '../../../../test/support/management-server.ts';
import { type JsonObject, parseJson } from '../../kernel/json.ts';
import type { RouteSpec } from '../route.ts';
import { type OpenApiDocument, openApiDocument, openApiPath } from './document.ts';

function route(of: Partial<RouteSpec> = {}): RouteSpec {
  return {
    method: 'POST',
    path: '/v1/chat/completions',
    permission: 'call',
    errors: 'openai',
    tag: 'OpenAI',
    summary: 'Chat',
    handle: () => ({}),
    ...of,
  };
}

const WIRE = [
  route(),
  route({ path: '/chat/completions', documented: false }),
  route({ method: 'POST', path: '/v1/messages', errors: 'anthropic', tag: 'Anthropic' }),
];

async function served(): Promise<{
  document: OpenApiDocument;
  table: readonly RouteSpec[];
  html: string;
  policy: string;
}> {
  const { call, table } = await managementServer({ extra: WIRE });
  const json = await call('GET /api/openapi.json', { key: undefined });
  const page = await call('GET /api/docs', { key: undefined });
  expect([json.status, page.status]).toEqual([200, 200]);
  return { document: json.body, table, html: page.text, policy: String(page.headers['content-security-policy']) };
}

function operations(document: OpenApiDocument) {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

/** Every `$ref` in a value. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = '$ref' in value && typeof value.$ref === 'string' ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(references)];
}

describe('the OpenAPI document', () => {
  test('lists exactly the documented routes of the table', async () => {
    const { document, table } = await served();
    const listed = operations(document).map(({ path, method }) => `${method.toUpperCase()} ${path}`);
    const expected = table
      .filter(({ documented }) => documented !== false)
      .map(({ method, path }) => `${method} ${openApiPath(path)}`);
    expect(listed.sort()).toEqual(expected.sort());
    expect(listed.length).toBeGreaterThan(15);
    expect(listed).not.toContain('POST /chat/completions');
  });

  test('is whole: version, unique ids, declared parameters, resolvable references, known security and tags', async () => {
    const { document } = await served();
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Weir', version: '1.2.3' } });
    const all = operations(document);
    expect(new Set(all.map(({ operation }) => operation.operationId)).size).toBe(all.length);
    const schemes = Object.keys(document.components.securitySchemes as JsonObject);
    const tags = document.tags.map(({ name }) => name);
    for (const { path, operation } of all) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = operation.parameters?.filter((parameter) => parameter.in === 'path') ?? [];
      expect(declared.map(({ name }) => name)).toEqual(inPath);
      expect(operation.summary).not.toBe('');
      expect(tags).toEqual(expect.arrayContaining([...operation.tags]));
      for (const requirement of operation.security)
        expect(schemes).toEqual(expect.arrayContaining(Object.keys(requirement)));
      const statuses = Object.keys(operation.responses);
      expect(statuses.some((status) => /^2\d\d$/.test(status))).toBe(true);
      expect(statuses).toContain('default');
    }
    for (const reference of references(document)) {
      const target = reference.replace('#/', '').split('/');
      const found = target.reduce<unknown>((at, key) => (at as JsonObject)[key], document);
      expect([reference, typeof found]).toEqual([reference, 'object']);
    }
  });

  test('says what the schemas check: required fields, closed bodies, defaults, replies', async () => {
    const { document } = await served();
    const create = document.paths['/api/v1/keys']?.post;
    const body = create?.requestBody?.content['application/json']?.schema;
    expect(body).toMatchObject({ type: 'object', required: ['name'], additionalProperties: false });
    expect(create?.responses['201']).toMatchObject({
      content: { 'application/json': { schema: { properties: { key: { type: 'string' } } } } },
    });
    const list = document.paths['/api/v1/keys']?.get;
    expect(list?.parameters).toContainEqual({
      name: 'limit',
      in: 'query',
      required: false,
      description: 'Items per page',
      schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
    });
    expect(list?.['x-weir-permission']).toBe('view');
    expect(document.paths['/api/openapi.json']?.get?.security).toEqual([]);
  });

  test("names the required fields of the providers' wires and errors in their shape", async () => {
    const { document } = await served();
    const chat = document.paths['/v1/chat/completions']?.post;
    const body = chat?.requestBody?.content['application/json']?.schema as { required: string[] };
    expect(body.required).toEqual(['model', 'messages']);
    expect(JSON.stringify(chat?.responses.default)).toContain('OpenAiError');
    expect(JSON.stringify(document.paths['/v1/messages']?.post?.responses.default)).toContain('AnthropicError');
    expect(JSON.stringify(document.paths['/api/v1/keys']?.get?.responses.default)).toContain('WeirError');
  });

  test('writes parameters of paths as OpenAPI does', () => {
    expect(openApiPath('/api/v1/keys/:id')).toBe('/api/v1/keys/{id}');
    expect(openApiPath('/v1/files/:id/content')).toBe('/v1/files/{id}/content');
    expect(openApiPath('/v1/images/*')).toBe('/v1/images/{path}');
  });
});

describe('the reference page', () => {
  test('has every operation with an anchor, and a command to paste', async () => {
    const { document, html } = await served();
    for (const { operation, path } of operations(document)) {
      expect(html).toContain(`<section class="operation" id="${operation.operationId}">`);
      expect(html).toContain(`href="#${operation.operationId}"`);
      expect(html).toContain(path);
    }
    expect(html).toContain('curl -X POST http://localhost:80/v1/chat/completions');
    expect(html).toContain('&quot;model&quot;:&quot;openai/gpt-4o-mini&quot;');
  });

  test('runs no script, loads nothing, and its policy allows just its own style', async () => {
    const { html, policy } = await served();
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|\sstyle=|url\(|@import/i);
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
    expect(style).toContain('prefers-color-scheme: dark');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src 'sha256-${hash('sha256', style, 'base64')}'`);
  });

  test('shows what is strange in routes as text, and nothing for a strange Host', async () => {
    const strange = route({ path: '/v1/<b>', tag: '<i>', summary: '"<script>alert(1)</script>' });
    const { app } = await managementServer({ extra: [strange] });
    const headers = { host: 'evil"><script>.example' };
    const refused = await app.inject({ method: 'GET', url: '/api/docs', headers });
    expect(refused.statusCode).toBe(400);
    expect(refused.body).not.toContain('evil');
    const page = await app.inject({ method: 'GET', url: '/api/docs' });
    expect(page.body).not.toContain('<script>');
    expect(page.body).toContain('&lt;script&gt;alert(1)');
  });
});

test('a schema that JSON Schema cannot say is left open instead of failing the document', () => {
  const document = openApiDocument([route({ reply: z.object({ at: z.date() }) })], '1');
  const text = JSON.stringify(document.paths['/v1/chat/completions']?.post?.responses['200']);
  expect(parseJson(text)).toMatchObject({ content: { 'application/json': { schema: { properties: { at: {} } } } } });
});
