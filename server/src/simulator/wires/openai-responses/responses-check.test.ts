import { expect, it } from 'vitest';
import { createWorld } from '../../world.ts';
import { answerResponses } from './responses.ts';

const world = createWorld(1, { firstTokenMs: 0, interTokenMs: 0 });
const call = { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' };
const output = { type: 'function_call_output', call_id: 'c1', output: '42' };
const user = { role: 'user', content: 'go' };

it.each([
  ['a body that is not an object', 'text', 'body'],
  ['no model', { input: 'x' }, 'model'],
  ['no input', { model: 'm' }, 'input'],
  ['input that is a number', { model: 'm', input: 4 }, 'input'],
  ['an item that is text', { model: 'm', input: ['x'] }, 'input[0]'],
  ['a message without a role', { model: 'm', input: [{ content: 'x' }] }, 'input[0].role'],
  ['a message without content', { model: 'm', input: [{ type: 'message', role: 'user' }] }, 'input[0].content'],
  ['too few output tokens', { model: 'm', input: 'x', max_output_tokens: 5 }, 'max_output_tokens'],
  ['the output of a call that was not made', { model: 'm', input: [user, output] }, 'input'],
])('refuses %s and names the field', (_what, body, param) => {
  expect(() => answerResponses(body, world)).toThrow(
    expect.objectContaining({ fields: expect.objectContaining({ status: 400, param }) }),
  );
});

it('answers from the output of a call in the same input', () => {
  const { finished } = answerResponses({ model: 'm', input: [user, call, output] }, world);
  expect(JSON.stringify(finished.output)).toContain('f says 42');
});

it('makes custom tool calls with free text', () => {
  const tools = [{ type: 'custom', name: 'apply_patch', description: 'edit files' }, { type: 'web_search' }];
  const { finished } = answerResponses({ model: 'm', input: 'use apply_patch', tools }, world);
  expect(finished.output).toMatchObject([{ type: 'custom_tool_call', name: 'apply_patch', input: expect.any(String) }]);
});
