import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../kernel/json.ts';
import { readFlow } from './read-flow.ts';
import { type WorstPrice, worstPrice } from './worst-price.ts';

/** One nano-USD per token of the reply, a thousand per token of the prompt. */
function price(...steps: JsonObject[]): WorstPrice {
  const read = readFlow({ name: 'x', steps });
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return worstPrice(read.flow, (model, { input, output }) => (model === 'free' ? undefined : 1000 * input + output));
}

function ask(name: string, maxTokens: number | string = 10, more: JsonObject = {}): JsonObject {
  const messages = [{ role: 'user', content: 'abcdef' }];
  return { name, type: 'sampling', config: { model: 'gpt-4', maxTokens, messages }, ...more };
}

/** Ten characters of role and content, three to a token. */
const PROMPT = 4000;

describe('the worst-case price of a run', () => {
  it('is prompt and most tokens, for each try', () => {
    expect(price(ask('a'))).toEqual({ nano: PROMPT + 10, unbounded: [] });
    expect(price(ask('a', 10, { retryConfig: { maxAttempts: 3 } }), ask('b')).nano).toBe(4 * (PROMPT + 10));
  });

  it('is the dearer branch, all of a parallel step, and every item of a map', () => {
    const branches: JsonObject = { condition: 'true', else: [ask('b', 500)] };
    branches.then = [ask('a', 20)];
    expect(price({ name: 'c', type: 'condition', config: branches }).nano).toBe(PROMPT + 500);
    expect(
      price({
        name: 's',
        type: 'switch',
        config: { cases: [{ when: 'true', steps: [ask('a', 7)] }], default: [ask('b', 9)] },
      }).nano,
    ).toBe(PROMPT + 9);
    expect(price({ name: 'p', type: 'parallel', config: { steps: [ask('a'), ask('b')] } }).nano).toBe(
      2 * (PROMPT + 10),
    );
    expect(
      price({ name: 'm', type: 'map', config: { items: '{{input.list}}', maxItems: 50, steps: [ask('a')] } }).nano,
    ).toBe(50 * (PROMPT + 10));
    expect(price({ name: 'm', type: 'map', config: { items: [1, 2], steps: [ask('a')] } }).nano).toBe(
      2 * (PROMPT + 10),
    );
  });

  it('counts what runs after a failure', () => {
    expect(price(ask('a', 10, { catch: [ask('b', 5)], compensate: ask('c', 1) })).nano).toBe(3 * PROMPT + 16);
    expect(price({ name: 's', type: 'set', config: { values: 1 } })).toEqual({ nano: 0, unbounded: [] });
  });

  it('says what has no bound, and where', () => {
    const open = (step: JsonObject): unknown => price(step).unbounded;
    expect(open(ask('a', '{{input.n}}'))).toMatchObject([{ pointer: '/steps/0/config/maxTokens' }]);
    const asking = (config: JsonObject): JsonObject => ({
      name: 'a',
      type: 'sampling',
      config: { maxTokens: 1, messages: [{ role: 'user', content: 'x' }], ...config },
    });
    const { maxTokens: _left, ...config } = asking({ model: 'gpt-4' }).config as JsonObject;
    expect(open({ ...ask('a'), config })).toMatchObject([{ pointer: '/steps/0', reason: 'the call has no maxTokens' }]);
    expect(open(asking({ model: 'free' }))).toMatchObject([{ reason: 'the model free has no price' }]);
    expect(open(asking({ model: '{{input.m}}' }))).toMatchObject([{ reason: 'the model is chosen at run time' }]);
    expect(open(asking({ model: 'gpt-4', messages: [{ role: 'user', content: '{{input.text}}' }] }))).toMatchObject([
      { pointer: '/steps/0/config/messages', reason: 'expressions in the prompt may be of any length' },
    ]);
    expect(open({ name: 'w', type: 'workflow', config: { workflow: 'other' } })).toMatchObject([
      { pointer: '/steps/0/config/workflow' },
    ]);
    expect(open({ name: 'e', type: 'eval', config: { evaluator: 'Battle', value: 1 } })).toHaveLength(1);
  });
});
