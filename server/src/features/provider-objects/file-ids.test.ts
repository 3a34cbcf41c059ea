import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../kernel/json.ts';
import { fileIdsIn } from './file-ids.ts';

describe('stored files that a request names', () => {
  it.each<[string, JsonObject, string[]]>([
    ['a chat part', { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'a' } }] }] }, ['a']],
    [
      'parts of a response, each once',
      {
        input: [
          {
            content: [
              { type: 'input_file', file_id: 'a' },
              { type: 'input_image', file_id: 'b' },
            ],
          },
          { type: 'function_call_output', output: [{ type: 'input_file', file_id: 'a' }] },
          { type: 'computer_call_output', output: { type: 'computer_screenshot', file_id: 'c' } },
        ],
      },
      ['a', 'b', 'c'],
    ],
    ['a kind of part nobody knows yet', { input: [{ type: 'new', deep: { file_id: 'a' } }] }, ['a']],
    ['variables of a prompt', { prompt: { id: 'p', variables: { x: { type: 'input_file', file_id: 'a' } } } }, ['a']],
    [
      'tools',
      {
        tools: [
          { type: 'code_interpreter', container: { type: 'auto', file_ids: ['a', 'b'] } },
          { type: 'image_generation', input_image_mask: { file_id: 'c' } },
        ],
      },
      ['a', 'b', 'c'],
    ],
    ['images to change', { images: [{ file_id: 'a' }], mask: { file_id: 'b' } }, ['a', 'b']],
  ])('are found in %s', (_, json, ids) => {
    expect(fileIdsIn(json).toSorted()).toEqual(ids);
  });

  it.each<[string, JsonObject]>([
    ['plain texts', { input: 'file_id', messages: [{ content: '"file_id":"a"' }] }],
    ['metadata', { metadata: { file_id: 'a' }, input: 'x' }],
    [
      'the parameters of a function',
      { tools: [{ type: 'function', parameters: { default: { file_id: 'a' }, required: ['file_id'] } }] },
    ],
    [
      'quotes in an earlier answer',
      { input: [{ content: [{ type: 'output_text', annotations: [{ type: 'file_citation', file_id: 'a' }] }] }] },
    ],
    ['results of an earlier search', { input: [{ type: 'file_search_call', results: [{ file_id: 'a' }] }] }],
  ])('are not taken from %s', (_, json) => {
    expect(fileIdsIn(json)).toEqual([]);
  });
});

it('absurdly nested input is refused, not overlooked', () => {
  const nested = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}{"file_id":"x"}${'}'.repeat(levels)}`);
  expect(fileIdsIn({ input: nested(150) })).toEqual(['x']);
  expect(() => fileIdsIn({ input: nested(5000) })).toThrow(expect.objectContaining({ code: 'request.invalid' }));
});
