import { describe, expect, it } from 'vitest';
import { anthropicMessagesClient } from '../protocols/anthropic-messages/client.ts';
import { anthropic } from './anthropic.ts';
import { claudeVersion } from './quirks/claude-quirks.ts';
import { hear, send } from './testing/provider-call.ts';

const messages = [{ role: 'user', content: 'Hello' }];

describe('anthropic', () => {
  it.each(['https://api.anthropic.com', 'https://api.anthropic.com/v1/'])(
    'is reached from %s with its own key header',
    async (baseUrl) => {
      const sent = await send(anthropic, {
        body: { model: 'claude-sonnet-4-5', messages },
        secret: 'sk-ant-1',
        baseUrl,
      });
      expect(sent.url).toBe('https://api.anthropic.com/v1/messages');
      expect(sent.headers).toMatchObject({ 'x-api-key': 'sk-ant-1', 'anthropic-version': '2023-06-01' });
      expect(sent.headers).not.toHaveProperty('authorization');
    },
  );

  it('keeps the version and betas that the client asked for', async () => {
    const clientHeaders = { 'anthropic-version': '2026-10-21', 'anthropic-beta': 'new-2027-01-01' };
    const body = { model: 'claude-opus-5-5', max_tokens: 9, messages };
    const sent = await send(anthropic, { body, client: anthropicMessagesClient, clientHeaders });
    expect(sent.headers).toMatchObject(clientHeaders);
    expect(sent.body).toEqual(body);
  });

  it('gives an output limit to clients that set none, as large as the model allows', async () => {
    const old = await send(anthropic, { body: { model: 'claude-3-haiku-20240307', messages } });
    expect(old.body.max_tokens).toBe(4096);
    const current = await send(anthropic, { body: { model: 'claude-sonnet-5', messages } });
    expect(current.body.max_tokens).toBe(32_000);
  });

  it('leaves out sampling where newer models refuse it, and reports it', async () => {
    const body = { model: 'claude-sonnet-5-5', messages, temperature: 0.3 };
    const sent = await send(anthropic, { body });
    expect(sent.body).not.toHaveProperty('temperature');
    expect(sent.dropped).toEqual(['temperature']);
    const older = await send(anthropic, { body: { ...body, model: 'claude-sonnet-4-5' } });
    expect(older.body.temperature).toBe(0.3);
  });

  it('thinks in the way of the model: adaptive for newer ones, by budget for older ones', async () => {
    const body = { messages, reasoning_effort: 'high' };
    const newer = await send(anthropic, { body: { ...body, model: 'claude-opus-5' } });
    expect(newer.body).toMatchObject({ thinking: { type: 'adaptive' }, output_config: { effort: 'high' } });
    const older = await send(anthropic, { body: { ...body, model: 'claude-sonnet-4-5' } });
    expect(older.body.thinking).toMatchObject({ type: 'enabled' });
  });

  it('counts tokens at their own path', () => {
    const call = {
      operation: 'count-tokens',
      wire: 'anthropic-messages',
      model: 'm',
      stream: false,
      settings: {},
    } as const;
    expect(anthropic.endpoint({ ...call, baseUrl: 'http://127.0.0.1:9' }).url).toBe(
      'http://127.0.0.1:9/v1/messages/count_tokens',
    );
  });

  it('knows a stream that was cut off', async () => {
    const { upstream } = await send(anthropic, { body: { model: 'claude-sonnet-5', messages } });
    const cut =
      'event: message_start\ndata: {"type":"message_start","message":{"id":"m","model":"c","usage":{"input_tokens":1}}}\n\n';
    expect(() => hear(upstream, cut)).toThrow(expect.objectContaining({ details: { type: 'upstream_truncated' } }));
  });
});

describe('claudeVersion', () => {
  it.each([
    ['claude-2.1', 2.1],
    ['claude-instant-1.2', 2],
    ['claude-3-opus-20240229', 3],
    ['claude-3-5-sonnet-20241022', 3.5],
    ['claude-3.7-sonnet', 3.7],
    ['claude-sonnet-4-20250514', 4],
    ['claude-opus-4-1-20250805', 4.1],
    ['claude-sonnet-4-5@20250929', 4.5],
    ['global.anthropic.claude-sonnet-4-6-v1:0', 4.6],
    ['claude-fable-5', 5],
    ['claude-haiku-5-5', 5.5],
    ['claude-next', 5],
  ])('reads %s as %d', (model, version) => {
    expect(claudeVersion(model)).toBe(version);
  });
});
