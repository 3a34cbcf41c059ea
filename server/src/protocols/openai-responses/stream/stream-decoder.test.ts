import { describe, expect, it } from 'vitest';
import type { Part } from '../../../kernel/chat.ts';
import type { WeirError } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { WireEvent } from '../../../ports/framing.ts';
import { ReplyAssembler } from '../../assemble-reply.ts';
import { providerEvents, wireEvent } from '../testing/provider-events.ts';
import { RESPONSES } from '../testing/responses.ts';
import { openaiResponsesUpstream } from '../upstream.ts';

function decodeAll(events: readonly WireEvent[]): Part[] {
  const decoder = openaiResponsesUpstream.decoder();
  return [...events.flatMap((event) => decoder.decode(event)), ...decoder.end()];
}

function assemble(parts: readonly Part[]) {
  const assembler = new ReplyAssembler();
  for (const part of parts) assembler.add(part);
  return assembler.reply();
}

function thrown(run: () => unknown): WeirError {
  try {
    run();
  } catch (error) {
    return error as WeirError;
  }
  throw new Error('nothing was thrown');
}

describe.each(Object.entries(RESPONSES))('%s', (_name, response) => {
  it('streams to the reply that the whole response gives', () => {
    expect(assemble(decodeAll(providerEvents(response)))).toEqual(openaiResponsesUpstream.decodeReply(response));
  });

  it('gives the same reply when the provider sends whole items without deltas', () => {
    const whole = providerEvents(response).filter(
      (event) => !/delta|content_part|_part\.|\.text\.done/.test(`${event.name}`),
    );
    expect(assemble(decodeAll(whole))).toEqual(openaiResponsesUpstream.decodeReply(response));
  });

  it('gives the same reply when only the final event carries the output', () => {
    const events = providerEvents(response);
    const ends = [events[0], events.at(-1)].filter((event) => event !== undefined);
    expect(assemble(decodeAll(ends))).toEqual(openaiResponsesUpstream.decodeReply(response));
  });

  it('starts once, ends every block it opened and ends last', () => {
    const parts = decodeAll(providerEvents(response));
    const opened = new Set(parts.flatMap((part) => ('block' in part ? [part.block] : [])));
    const ended = parts.flatMap((part) =>
      part.type === 'block-end' || part.type === 'reasoning-end' ? [part.block] : [],
    );
    expect(parts.filter((part) => part.type === 'start')).toHaveLength(1);
    expect(ended.toSorted()).toEqual([...opened].toSorted());
    expect(parts.at(-1)).toEqual({ type: 'end' });
  });

  it('is reported as truncated when the stream stops before its last event', () => {
    const events = providerEvents(response).slice(0, -1);
    const error = thrown(() => decodeAll(events));
    expect([error.code, error.details.type]).toEqual(['upstream.bad_reply', 'upstream_truncated']);
  });
});

describe('ResponsesStreamDecoder', () => {
  const text = RESPONSES.text as JsonObject;

  it('reads usage into disjoint buckets', () => {
    const usage = decodeAll(providerEvents(text)).find((part) => part.type === 'usage');
    expect(usage).toMatchObject({ usage: { input: 40, cacheRead: 64, cacheWrite5m: 16, output: 20, reasoning: 30 } });
  });

  it('ignores events it does not know, comments and a [DONE] after the end', () => {
    const events = providerEvents(text);
    const noise = [
      wireEvent({ type: 'response.future.event', delta: 'x' }),
      { name: undefined, data: '', raw: Buffer.from(':\n\n') },
    ];
    const done = { name: undefined, data: '[DONE]', raw: Buffer.from('data: [DONE]\n\n') };
    const noisy = [...events.slice(0, 3), ...noise, ...events.slice(3), done];
    expect(decodeAll(noisy)).toEqual(decodeAll(events));
  });

  it.each([
    ['rate_limit_exceeded', 'upstream.rate_limited'],
    ['server_error', 'upstream.unavailable'],
    ['invalid_prompt', 'upstream.rejected'],
  ])('turns response.failed with %s into %s', (code, expected) => {
    const failed = wireEvent({
      type: 'response.failed',
      response: { id: 'resp_1', error: { code, message: 'No luck.' } },
    });
    const error = thrown(() => decodeAll([failed]));
    expect([error.code, error.message]).toEqual([expected, 'No luck.']);
  });

  it.each([
    ['flat', { type: 'error', code: 'server_error', message: 'Broken.', param: null }],
    ['nested', { type: 'error', error: { type: 'server_error', code: null, message: 'Broken.', param: null } }],
  ])('turns a %s error event into an error', (_form, json) => {
    const error = thrown(() => decodeAll([wireEvent(json)]));
    expect([error.code, error.message]).toEqual(['upstream.unavailable', 'Broken.']);
  });

  it('refuses data that is not JSON', () => {
    const bad = { name: 'response.created', data: '<html>', raw: Buffer.from('') };
    expect(thrown(() => decodeAll([bad])).code).toBe('upstream.bad_reply');
  });

  it('refuses a whole body that is no response, and reads a failed one as an error', () => {
    expect(thrown(() => openaiResponsesUpstream.decodeReply({ hello: 1 })).code).toBe('upstream.bad_reply');
    const failed = { ...text, status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Slow down.' } };
    expect(thrown(() => openaiResponsesUpstream.decodeReply(failed)).code).toBe('upstream.rate_limited');
  });

  it('reads error bodies of every shape', () => {
    const { readError } = openaiResponsesUpstream;
    expect(readError({ error: { message: 'm', type: 't', code: 'c', param: 'p' } })).toEqual({
      message: 'm',
      type: 't',
      code: 'c',
      param: 'p',
    });
    expect(readError({ error: 'plain' })).toEqual({ message: 'plain' });
    expect(readError({ detail: 'elsewhere' })).toEqual({ message: 'elsewhere' });
    expect(readError('text')).toEqual({ message: 'text' });
  });
});
