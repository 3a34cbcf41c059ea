import { expect, test } from 'vitest';
import type { JsonObject } from '../kernel/json.ts';
import { strictTools } from './strict-tools.ts';

const schema = { type: 'object', properties: {} };

test.each<[string, JsonObject]>([
  ['OpenAI chat', { type: 'function', function: { name: 'a', parameters: schema, strict: true } }],
  ['OpenAI responses', { type: 'function', name: 'a', parameters: schema, strict: true }],
  ['Anthropic messages', { name: 'a', input_schema: schema, strict: true }],
])('strict tools are found on the wire of %s', (_wire, tool) => {
  expect(strictTools({ tools: [tool] })).toEqual([{ name: 'a', schema }]);
});

test.each<[string, JsonObject]>([
  ['that are not strict', { name: 'a', input_schema: schema }],
  ['that say they are not', { type: 'function', function: { name: 'a', parameters: schema, strict: false } }],
  ['without a schema', { type: 'function', function: { name: 'a', strict: true } }],
  ['without a name', { type: 'function', parameters: schema, strict: true }],
])('tools %s are none', (_kind, tool) => {
  expect(strictTools({ tools: [tool] })).toEqual([]);
});

test('a request without tools has none', () => {
  expect([strictTools({}), strictTools({ tools: 'all' }), strictTools({ tools: [null, 7] })]).toEqual([[], [], []]);
});
