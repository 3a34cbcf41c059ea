import { expect, test } from 'vitest';
import { brokeredKeyId, samplingWire, toolServerOf } from './tool-server-calls.ts';

test('calls of a tool server are known by its key and by its sampling; no others are', () => {
  expect(toolServerOf({ keyId: brokeredKeyId('github'), wire: 'openai-chat' })).toBe('github');
  expect(toolServerOf({ keyId: 'key_1', wire: samplingWire('github') })).toBe('github');
  expect(toolServerOf({ keyId: 'key_1', wire: 'openai-chat' })).toBeUndefined();
  expect(toolServerOf({ keyId: 'admin', wire: 'sampling' })).toBeUndefined();
});
