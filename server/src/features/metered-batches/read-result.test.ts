import { describe, expect, test } from 'vitest';
import { usage } from '../../kernel/usage.ts';
import { readResult } from './read-result.ts';

const COUNTED = usage({ input: 3, output: 4 });
const of = {
  endpoint: '/v1/chat/completions',
  models: new Map([['a', 'asked-for']]),
  readUsage: (body: object) => ('usage' in body ? COUNTED : undefined),
};
const line = (result: object) => JSON.stringify({ custom_id: 'a', error: null, ...result });
const answer = (body: object, status = 200) => ({ response: { status_code: status, body } });

describe('a line of a batch that a provider ran', () => {
  test('has the model that was asked for and the usage of its reply', () => {
    const read = readResult(line(answer({ model: 'dated-name', usage: {} })), of);
    expect(read).toEqual({ model: 'asked-for', status: 200, succeeded: true, usage: COUNTED });
  });

  test('has the model of its reply when its question is not known', () => {
    const read = readResult(line({ ...answer({ model: 'dated-name', usage: {} }), custom_id: 'b' }), of);
    expect(read.model).toBe('dated-name');
  });

  test.each<[string, object, number]>([
    ['was refused', answer({ error: {} }, 429), 429],
    ['was never asked', { response: null, error: { code: 'batch_expired' } }, 500],
  ])('that %s used nothing', (_, result, status) => {
    expect(readResult(line(result), of)).toMatchObject({ status, succeeded: false, usage: usage({}) });
  });

  test.each<[string, string]>([
    ['tells no usage', line(answer({ model: 'm' }))],
    ['is not JSON', '{"custom_id": "a", '],
    ['is not an object', '[]'],
  ])('that %s was answered, nobody knows how much it took', (_, text) => {
    expect(readResult(text, of)).toMatchObject({ succeeded: true, usage: undefined });
  });

  test('of moderations is free', () => {
    expect(readResult(line(answer({})), { ...of, endpoint: '/v1/moderations' }).usage).toEqual(usage({}));
  });
});
