import { describe, expect, it } from 'vitest';
import { WireError } from '../../wire-error.ts';
import { checkMessagesRequest } from './messages-check.ts';
import { signThinking } from './thinking-signature.ts';

const OLD = '2023-06-01';
const NEW = '2026-10-21';
const user = { role: 'user', content: 'hi' };
const use = { type: 'tool_use', id: 't1', name: 'f', input: {} };
const result = { type: 'tool_result', tool_use_id: 't1', content: '1' };
const says = (role: string, ...content: object[]) => ({ role, content });
const request = (change: object) => ({ model: 'claude-sim', max_tokens: 4000, messages: [user], ...change });
const marked = (count: number) =>
  Array.from({ length: count }, () => ({ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }));
const enabled = { type: 'enabled', budget_tokens: 2000 };

function refusal(body: unknown, version: string | undefined = OLD): string | undefined {
  try {
    checkMessagesRequest(body, version);
    return undefined;
  } catch (error) {
    if (error instanceof WireError) return `${error.fields.status} ${error.message}`;
    throw error;
  }
}

describe('a messages request', () => {
  it.each([
    ['no max_tokens', { model: 'm', messages: [user] }, /^400 max_tokens: Field required/],
    ['messages that are text', request({ messages: 'hi' }), /^400 messages: Input should be an array/],
    ['content that is a number', request({ messages: [{ role: 'user', content: 4 }] }), /messages\.0\.content/],
    ['an unknown role', request({ messages: [{ role: 'tool', content: 'x' }] }), /messages\.0\.role/],
    ['a temperature above 1', request({ temperature: 1.2 }), /temperature/],
    ['a tool without a schema', request({ tools: [{ name: 'f' }] }), /tools\.0\.input_schema: Field required/],
    [
      'an empty text block',
      request({ messages: [says('user', { type: 'text', text: '' })] }),
      /messages\.0\.content\.0.*non-empty/,
    ],
    ['a block without a type', request({ messages: [says('user', { text: 'x' })] }), /messages\.0\.content\.0\.type/],
    ['an unanswered call', request({ messages: [user, says('assistant', use), user] }), /messages\.2.*t1/],
    ['a stray result', request({ messages: [says('user', result)] }), /messages\.0\.content\.0.*t1/],
    [
      'a thinking block without a signature',
      request({ messages: [user, says('assistant', { type: 'thinking', thinking: 'x', signature: '' }), user] }),
      /Invalid `signature`/,
    ],
    ['five cache marks', request({ messages: [says('user', ...marked(5))] }), /maximum of 4/],
    ['too small a thinking budget', request({ thinking: { type: 'enabled', budget_tokens: 10 } }), /at least 1024/],
    [
      'a thinking budget above max_tokens',
      request({ thinking: { type: 'enabled', budget_tokens: 4000 } }),
      /max_tokens.*greater/,
    ],
    ['thinking at another temperature', request({ thinking: enabled, temperature: 0.2 }), /temperature/],
    ['thinking with a forced tool', request({ thinking: enabled, tool_choice: { type: 'any' } }), /tool_choice/],
    ['a missing model', request({ model: 'missing-model' }), /^404 model/],
  ])('is refused for %s', (_what, body, reason) => {
    expect(refusal(body)).toMatch(reason);
  });

  it('must keep the thinking in front of its tool calls while thinking is on', () => {
    const thought = { type: 'thinking', thinking: 'x', signature: signThinking('x') };
    const turn = (...content: object[]) =>
      request({ thinking: enabled, messages: [user, says('assistant', ...content), says('user', result)] });
    expect(refusal(turn(use))).toMatch(/Expected `thinking`/);
    expect(refusal(turn(thought, use))).toBeUndefined();
  });

  it('accepts the signatures of strangers as they are', () => {
    const foreign = { type: 'thinking', thinking: 'x', signature: 'EqQBCgIYAhIM' };
    expect(refusal(request({ messages: [user, says('assistant', foreign), user] }))).toBeUndefined();
  });

  it.each([
    ['sampling fields', request({ top_p: 0.5 }), /top_p: Extra inputs/],
    [
      'a document from the assistant',
      request({ messages: [user, says('assistant', { type: 'document', source: {} }), user] }),
      /document/,
    ],
    [
      'citations from the user',
      request({ messages: [says('user', { type: 'text', text: 'x', citations: [{}] })] }),
      /citations/,
    ],
  ])('is refused for %s in the newer version only', (_what, body, reason) => {
    expect(refusal(body, NEW)).toMatch(reason);
    expect(refusal(body, OLD)).toBeUndefined();
  });

  it('needs a version that exists', () => {
    expect(refusal(request({}), '2020-01-01')).toMatch(/2020-01-01/);
    expect(() => checkMessagesRequest(request({}), undefined)).toThrow(/anthropic-version: header is required/);
  });

  it('needs no max_tokens when only counting', () => {
    expect(() => checkMessagesRequest({ model: 'm', messages: [user] }, OLD, true)).not.toThrow();
  });
});
