import { describe, expect, it } from 'vitest';
import { providerDefinitions } from '../../server/src/providers/registry.ts';
import { anchorsOf, pageOf } from './pages.ts';

const page = pageOf('docs/providers.md');
const rows = new Map(
  [...page.text.matchAll(/^\| \[`([a-z-]+)`\]\(#[a-z-]+\) \|(.+)\|$/gm)].map(([, type = '', rest = '']) => [
    type,
    rest.split('|').map((cell) => cell.trim()),
  ]),
);
const WORDS: Record<string, string> = {
  'count-tokens': 'token counts',
  responses: 'stored responses',
  'raw-task': 'raw tasks',
};
/** Kept in Anthropic's own shape, which no endpoint of Weir has. */
const UNREACHED = new Set(['anthropic files', 'anthropic batches', 'openai count-tokens']);

describe('the page about providers', () => {
  it('has a row and a section for every kind, and no other', () => {
    const types = providerDefinitions.map(({ type }) => type).sort();
    expect([...rows.keys()].sort()).toEqual(types);
    expect(types.filter((type) => !anchorsOf(page).has(type))).toEqual([]);
  });

  it.each(providerDefinitions)('tells the variables of $type and what it can do', (definition) => {
    const [variables = '', , embeddings, passing] = rows.get(definition.type) ?? [];
    const { apiKey, apiKeyParts = [], baseUrl, settings = {} } = definition.environment;
    const known = [...apiKey, ...apiKeyParts, ...baseUrl, ...Object.values(settings).flat()];
    for (const [, name = ''] of variables.matchAll(/`([A-Z_]+)`/g)) expect(known).toContain(name);
    expect(embeddings).toBe(definition.embeddings === undefined ? '-' : 'yes');
    const operations = definition.passThrough
      .filter((operation) => !UNREACHED.has(`${definition.type} ${operation}`))
      .map((operation) => WORDS[operation] ?? operation);
    expect(passing).toBe(operations.length === 0 ? '-' : operations.join(', '));
  });
});
