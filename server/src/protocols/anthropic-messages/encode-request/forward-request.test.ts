import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../kernel/json.ts';
import type { UpstreamContext } from '../../../ports/protocol.ts';
import { anthropicMessagesClient } from '../client.ts';
import { upstreamContext } from '../testing/requests.ts';
import { anthropicMessagesUpstream } from '../upstream.ts';

const TEXT = `{ "model" : "claude-x",\t"max_tokens": 1e2,
  "system":[{"type":"text","text":"x-anthropic-billing-header: cch=1;"}],
  "messages":[{"role":"user","content":[{"type":"hologram","light":1.0,"model":"claude-x"}]},
    {"role":"assistant","content":[{"type":"thinking","thinking":"\\u00e9","signature":"c2ln+/=="}]}],
  "temperature":0.70, "future_field": {"cache_control":null} }`;

function forward(text: string, context: Partial<UpstreamContext> = {}) {
  const request = anthropicMessagesClient.decode(Buffer.from(text), JSON.parse(text) as JsonObject, {});
  const encoded = anthropicMessagesUpstream.forward(request, upstreamContext(context));
  return { ...encoded, text: encoded.body.toString(), isSameBuffer: encoded.body === request.body };
}

describe('forwarding a request on its own wire', () => {
  it('changes nothing but the model name', () => {
    const { text, dropped } = forward(TEXT, { model: 'claude-y' });
    expect(text).toBe(TEXT.replace('"model" : "claude-x"', '"model" : "claude-y"'));
    expect(dropped).toEqual([]);
  });

  it('sends the very bytes when the model keeps its name', () => {
    expect(forward(TEXT, { model: 'claude-x' }).isSameBuffer).toBe(true);
  });

  it('removes what the provider refuses and reports it, and what the address says silently', () => {
    const quirks = {
      noSampling: true,
      unsupported: ['future_field', 'not_there'],
      removeFields: ['model', 'stream'],
      setFields: { anthropic_version: 'cloud-1' },
    };
    const { text, dropped } = forward(TEXT, { quirks });
    const { model, temperature, future_field, ...kept } = JSON.parse(TEXT) as JsonObject;
    expect(JSON.parse(text)).toEqual({ ...kept, anthropic_version: 'cloud-1' });
    expect(text).toContain('"signature":"c2ln+/=="');
    expect(text).toContain('\\u00e9');
    expect(dropped).toEqual(['future_field', 'temperature']);
    expect([model, temperature, future_field]).not.toContain(undefined);
  });

  it.each([['2023-06-01'], ['2026-10-21']])('keeps the API version %s and the betas of the client', (version) => {
    const clientHeaders = { 'anthropic-version': version, 'anthropic-beta': 'one-1,two-2' };
    expect(forward(TEXT, { clientHeaders }).headers).toEqual(clientHeaders);
  });
});
