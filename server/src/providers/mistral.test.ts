import { describe, expect, it } from 'vitest';
import { anthropicMessagesClient } from '../protocols/anthropic-messages/client.ts';
import { mistral } from './mistral.ts';
import { hear, send, sse } from './testing/provider-call.ts';

const model = 'mistral-small-latest';
const messages = [{ role: 'user', content: 'Hello' }];
const call = (id: string) => ({ id, type: 'function', function: { name: 'now', arguments: '{}' } });

describe('mistral', () => {
  it('sends what its strict schema knows, the seed under its name there, and reports the rest', async () => {
    const body = { model, messages, user: 'u1', seed: 1, max_completion_tokens: 9, stream: true };
    const sent = await send(mistral, { body });
    expect(sent.url).toBe('https://api.mistral.ai/v1/chat/completions');
    expect(sent.body).toEqual({ model, messages, max_tokens: 9, stream: true, random_seed: 1 });
    expect(sent.dropped).toEqual(['user']);
  });

  it('renames call ids of other providers, and keeps its own', async () => {
    const history = [
      { role: 'developer', content: 'Be brief.' },
      ...messages,
      { role: 'assistant', content: null, tool_calls: [call('call_from_elsewhere'), call('AbC123xyz')] },
      { role: 'tool', tool_call_id: 'call_from_elsewhere', content: '10:00' },
      { role: 'tool', tool_call_id: 'AbC123xyz', content: '11:00' },
    ];
    const { body } = await send(mistral, { body: { model, messages: history } });
    const [system, , asked, first, second] = body.messages as {
      role: string;
      tool_call_id?: string;
      tool_calls?: { id: string }[];
    }[];
    expect(system?.role).toBe('system');
    const ids = asked?.tool_calls?.map(({ id }) => id) ?? [];
    expect(ids[0]).toMatch(/^[a-z0-9]{9}$/);
    expect(ids[1]).toBe('AbC123xyz');
    expect([first?.tool_call_id, second?.tool_call_id]).toEqual(ids);
  });

  it('renames them for clients of other wires too', async () => {
    const history = [
      ...messages,
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'now', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: '10:00' }] },
    ];
    const sent = await send(mistral, {
      body: { model, max_tokens: 9, messages: history },
      client: anthropicMessagesClient,
    });
    const [, asked, answered] = sent.body.messages as { tool_call_id?: string; tool_calls?: { id: string }[] }[];
    expect(asked?.tool_calls?.[0]?.id).toMatch(/^[a-z0-9]{9}$/);
    expect(answered?.tool_call_id).toBe(asked?.tool_calls?.[0]?.id);
  });

  it('reads thinking that comes inside the content, whole and streamed', async () => {
    const { upstream } = await send(mistral, { body: { model, messages } });
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] };
    const expected = [
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'Hi there' },
    ];
    const content = [thinking, { type: 'text', text: 'Hi there' }];
    const whole = upstream.decodeReply({
      id: 'r1',
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    });
    expect(whole.choices[0]?.content).toMatchObject(expected);
    const chunk = (delta: object, finish_reason: string | null = null) => ({
      id: 'r1',
      choices: [{ index: 0, delta, finish_reason }],
    });
    const heard = hear(
      upstream,
      sse(
        chunk({ role: 'assistant', content: [thinking] }),
        chunk({ content: [{ type: 'text', text: 'Hi ' }] }),
        chunk({ content: 'there' }),
        { ...chunk({ content: '' }, 'stop'), usage: { prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 } },
        '[DONE]',
      ),
    );
    expect(heard.choices[0]?.content).toMatchObject(expected);
    expect(heard.usage).toMatchObject({ input: 4, output: 2 });
  });
});
