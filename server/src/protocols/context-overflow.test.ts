import { describe, expect, it } from 'vitest';
import { WeirError } from '../kernel/errors.ts';
import { anthropicMessagesClient } from './anthropic-messages/client.ts';
import { contextOverflow } from './context-overflow.ts';
import { openaiChatClient } from './openai-chat/client.ts';

const refused = (message: string) => new WeirError('upstream.rejected', { message });

describe('a prompt longer than the model reads', () => {
  it.each([
    ['prompt is too long: 250001 tokens > 200000 maximum', 250_001, 200_000],
    [
      "openai answered 400: This model's maximum context length is 128000 tokens. However, your messages resulted in 250001 tokens.",
      250_001,
      128_000,
    ],
    [
      "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (8000 in the messages, 1000 in the completion).",
      9000,
      8192,
    ],
    ['The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).', 1_200_000, 1_048_576],
    [
      'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
      40_000,
      32_768,
    ],
    ["This model's maximum context length is 4096.", undefined, 4096],
    ['Input is too long for requested model.', undefined, undefined],
    ['Please reduce the length of the messages or completion.', undefined, undefined],
  ])('is recognised in: %s', (message, sentTokens, maxTokens) => {
    expect({ sentTokens: undefined, maxTokens: undefined, ...contextOverflow(refused(message)) }).toEqual({
      sentTokens,
      maxTokens,
    });
  });

  it('is not read into other refusals', () => {
    expect(contextOverflow(refused('max_tokens is too large'))).toBeUndefined();
    expect(contextOverflow(new WeirError('upstream.unavailable', { message: 'prompt is too long' }))).toBeUndefined();
  });

  it('has the wording of the Messages wire, which makes Claude Code compact', () => {
    const message = (error: WeirError) => anthropicMessagesClient.encodeError(error, 'r');
    const openai = refused("This model's maximum context length is 128000 tokens, you requested 250001 tokens");
    expect(message(openai)).toMatchObject({
      error: { type: 'invalid_request_error', message: 'prompt is too long: 250001 tokens > 128000 maximum' },
    });
    expect(message(refused('Input is too long for requested model.'))).toMatchObject({
      error: { message: 'prompt is too long: Input is too long for requested model.' },
    });
  });

  it('has the code of the OpenAI wires', () => {
    const anthropic = refused('prompt is too long: 250001 tokens > 200000 maximum');
    expect(openaiChatClient.encodeError(anthropic, 'r')).toMatchObject({
      error: { type: 'invalid_request_error', code: 'context_length_exceeded' },
    });
  });
});
