import { asObject, type JsonObject } from '../../kernel/json.ts';
import { DOCS_STYLE } from './docs-style.ts';
import type { Content, JsonSchema, OpenApiDocument, Operation, Parameter } from './document.ts';
import { escapeHtml } from './html.ts';
import { schemaSample } from './schema-sample.ts';

interface Entry {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** The reference page: plain HTML of the document, without scripts or anything from another place. */
export function docsPage(document: OpenApiDocument, origin: string): string {
  const entries = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const groups = document.tags.map(({ name }) => ({
    name,
    entries: entries.filter(({ operation }) => operation.tags.includes(name)),
  }));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Weir API reference</title>
<style>${DOCS_STYLE}</style>
</head>
<body>
<header>
<h1>Weir API reference</h1>
<p class="soft">Version ${escapeHtml(document.info.version)} · <a href="/api/openapi.json">OpenAPI 3.1 document</a></p>
<p>${escapeHtml(document.info.description)} It is taken from <code>Authorization: Bearer</code>, <code>x-api-key</code> or <code>api-key</code>.</p>
<nav aria-label="Operations">${groups.map(menu).join('')}</nav>
</header>
<main>
${groups.map((group) => section(group, origin)).join('\n')}
</main>
</body>
</html>
`;
}

interface Group {
  readonly name: string;
  readonly entries: readonly Entry[];
}

function menu({ name, entries }: Group): string {
  const items = entries.map(
    ({ method, path, operation }) =>
      `<li><a href="#${escapeHtml(operation.operationId)}">${method} ${escapeHtml(path)}</a></li>`,
  );
  return `<p><a href="#${anchor(name)}"><strong>${escapeHtml(name)}</strong></a></p><ul>${items.join('')}</ul>`;
}

function section({ name, entries }: Group, origin: string): string {
  return `<h2 id="${anchor(name)}">${escapeHtml(name)}</h2>\n${entries.map((entry) => article(entry, origin)).join('\n')}`;
}

function article(entry: Entry, origin: string): string {
  const { method, path, operation } = entry;
  const permission = operation['x-weir-permission'];
  return `<section class="operation" id="${escapeHtml(operation.operationId)}">
<h3><span class="method">${method}</span> ${escapeHtml(path)}</h3>
<p>${escapeHtml(operation.summary)}</p>
<p class="soft">${permission === undefined ? 'No key needed' : `Permission: ${escapeHtml(permission)}`}</p>
${parameters(operation.parameters ?? [])}
<pre><code>${escapeHtml(curl(entry, origin))}</code></pre>
${schemaDetails('Request body', operation.requestBody?.content)}
${responses(operation)}
</section>`;
}

function parameters(list: readonly Parameter[]): string {
  if (list.length === 0) return '';
  const rows = list.map(
    (parameter) =>
      `<tr><td><code>${escapeHtml(parameter.name)}</code></td><td>${parameter.in}${parameter.required ? ', required' : ''}</td><td>${escapeHtml(parameter.description ?? '')}</td></tr>`,
  );
  return `<table><thead><tr><th scope="col">Parameter</th><th scope="col">Where</th><th scope="col">Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function responses(operation: Operation): string {
  return Object.entries(operation.responses)
    .filter(([status]) => status !== 'default')
    .map(([status, response]) => schemaDetails(`Reply ${status}`, (response as { content?: Content }).content))
    .join('\n');
}

function schemaDetails(title: string, content: Content | undefined): string {
  const [kind, schema] = Object.entries(content ?? {}).map(([type, of]) => [type, of.schema] as const)[0] ?? [];
  if (kind === undefined || schema === undefined) return '';
  const text = escapeHtml(JSON.stringify(schema, null, 2));
  return `<details><summary>${title} <span class="soft">${kind}</span></summary><pre><code>${text}</code></pre></details>`;
}

function curl({ method, path, operation }: Entry, origin: string): string {
  const lines = [`curl ${method === 'GET' ? '' : `-X ${method} `}${origin}${path}`];
  if (operation.security.length > 0) lines.push('-H "authorization: Bearer $WEIR_KEY"');
  const content = operation.requestBody?.content;
  const form = content?.['multipart/form-data']?.schema;
  if (form !== undefined) lines.push(...formFields(form));
  const schema = content?.['application/json']?.schema;
  if (schema !== undefined) {
    lines.push("-H 'content-type: application/json'");
    lines.push(`-d '${JSON.stringify(schemaSample(schema)).replaceAll("'", "'\\''")}'`);
  }
  return lines.join(' \\\n  ');
}

function formFields(form: JsonSchema): string[] {
  const properties = asObject(form.properties) ?? {};
  return Object.entries(schemaSample(form) as JsonObject).map(([name, value]) => {
    const isFile = asObject(properties[name])?.format === 'binary';
    return `-F ${name}=${isFile ? '@FILE' : String(value)}`;
  });
}

function anchor(name: string): string {
  return `group-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
}
