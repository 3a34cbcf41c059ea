import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../kernel/json.ts';
import { decodeCountTokensReply, encodeCountTokens, encodeCountTokensReply, estimateTokens } from './count-tokens.ts';
import { decodeCountTokens } from './decode-request/decode-request.ts';
import { encodeModel, encodeModels } from './encode-models.ts';
import { openAiRequest, upstreamContext } from './testing/requests.ts';

describe('counting tokens', () => {
  it('answers with the one number of the wire', () => {
    expect(encodeCountTokensReply(12)).toEqual({ input_tokens: 12 });
    expect(decodeCountTokensReply({ input_tokens: 12 })).toBe(12);
  });

  it.each([[{}], [{ input_tokens: -1 }], [{ input_tokens: 'x' }]])('does not believe %j', (json) => {
    expect(decodeCountTokensReply(json)).toBeUndefined();
  });

  it('estimates from the characters of the prompt for providers that cannot count', () => {
    const json = { model: 'm', messages: [{ role: 'user', content: 'x'.repeat(400) }] };
    const request = decodeCountTokens(Buffer.from(JSON.stringify(json)), json);
    const { input_tokens } = estimateTokens(request, (characters) => characters / 4);
    expect(input_tokens).toBeGreaterThanOrEqual(100);
    expect(input_tokens).toBeLessThan(120);
    expect(estimateTokens(request, () => 0)).toEqual({ input_tokens: 1 });
  });

  it('asks an upstream without the fields that only matter for an answer', () => {
    const request = openAiRequest({ temperature: 0.5, stop: ['x'], stream: true, user: 'u' });
    const { body } = encodeCountTokens(request, upstreamContext());
    const json = JSON.parse(body.toString()) as JsonObject;
    expect(json).toEqual({ model: 'claude-y', messages: [{ role: 'user', content: 'Hi' }] });
  });
});

describe('the model list', () => {
  it('has the shape clients page through', () => {
    const models = [{ id: 'claude-a', displayName: 'Claude A', createdS: 1_700_000_000 }, { id: 'fast' }];
    expect(encodeModels(models)).toEqual({
      data: [
        { type: 'model', id: 'claude-a', display_name: 'Claude A', created_at: '2023-11-14T22:13:20Z' },
        { type: 'model', id: 'fast', display_name: 'fast', created_at: '1970-01-01T00:00:00Z' },
      ],
      has_more: false,
      first_id: 'claude-a',
      last_id: 'fast',
    });
    expect(encodeModel({ id: 'fast' })).toMatchObject({ type: 'model', id: 'fast' });
  });

  it('is empty without models', () => {
    expect(encodeModels([])).toEqual({ data: [], has_more: false, first_id: null, last_id: null });
  });
});
