import { describe, expect, it } from 'vitest';
import { WireError } from '../../wire-error.ts';
import { groqDialect } from '../groq/groq-dialect.ts';
import { openAiDialect } from '../openai/openai-dialect.ts';
import { checkChatRequest } from './chat-check.ts';

const user = { role: 'user', content: 'hi' };
const calling = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
};
const answer = { role: 'tool', tool_call_id: 'c1', content: '1' };
const request = (change: object) => ({ model: 'gpt-4o', messages: [user], ...change });

function refusal(body: unknown, dialect = openAiDialect): WireError['fields'] | undefined {
  try {
    checkChatRequest(body, dialect);
    return undefined;
  } catch (error) {
    if (error instanceof WireError) return error.fields;
    throw error;
  }
}

describe('a chat request', () => {
  it.each([
    ['a body that is not an object', [], 'body'],
    ['messages that are text', request({ messages: 'hi' }), 'messages'],
    ['no messages', request({ messages: [] }), 'messages'],
    ['a message that is text', request({ messages: ['hi'] }), 'messages[0]'],
    ['an unknown role', request({ messages: [{ role: 'robot', content: 'x' }] }), 'messages[0].role'],
    ['content that is a number', request({ messages: [{ role: 'user', content: 5 }] }), 'messages[0].content'],
    ['a user without content', request({ messages: [{ role: 'user', content: null }] }), 'messages[0].content'],
    ['a temperature above 2', request({ temperature: 2.1 }), 'temperature'],
    ['a stream that is text', request({ stream: 'true' }), 'stream'],
    ['half a token', request({ max_tokens: 0.5 }), 'max_tokens'],
    ['a tool without a name', request({ tools: [{ type: 'function', function: {} }] }), 'tools[0].function.name'],
    ['stream options without a stream', request({ stream_options: { include_usage: true } }), 'stream_options'],
    [
      'a schema without a name',
      request({ response_format: { type: 'json_schema', json_schema: { schema: {} } } }),
      'response_format.json_schema.name',
    ],
    ['a call that nobody answered', request({ messages: [user, calling, user] }), 'messages[2]'],
    ['a call left open at the end', request({ messages: [user, calling] }), 'messages'],
    ['an answer that nobody asked for', request({ messages: [user, answer] }), 'messages[1].tool_call_id'],
    ['two answers to one call', request({ messages: [user, calling, answer, answer] }), 'messages[3].tool_call_id'],
  ])('is refused for %s, and the field is named', (_what, body, param) => {
    expect(refusal(body)).toMatchObject({ status: 400, type: 'invalid_request_error', param });
  });

  it.each([
    ['unknown fields', request({ fancy: 1 })],
    ['nulls for what is optional', request({ temperature: null, tools: null, stop: null })],
    ['an assistant without content', request({ messages: [user, { role: 'assistant' }, user] })],
    ['answered calls', request({ messages: [user, calling, answer, user] })],
    ['several choices', request({ n: 5 })],
  ])('is accepted with %s', (_what, body) => {
    expect(refusal(body)).toBeUndefined();
  });

  it('may not ask Groq for several choices', () => {
    expect(refusal(request({ n: 2 }), groqDialect)).toMatchObject({ status: 400, param: 'n' });
  });

  it.each(['o3', 'o4-mini', 'gpt-5', 'gpt-6-sol'])('may not give max_tokens to %s', (model) => {
    expect(refusal(request({ model, max_tokens: 9 }))).toMatchObject({ param: 'max_tokens' });
    expect(refusal(request({ model, max_completion_tokens: 9 }))).toBeUndefined();
  });
});
