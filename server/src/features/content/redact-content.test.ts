import { describe, expect, test } from 'vitest';
import { redactContent } from './redact-content.ts';

const redact = async (texts: readonly string[]) => texts.map((text) => text.replaceAll('ada@example.com', '[EMAIL]'));
const side = (text: string, of: { isCut?: boolean; isStream?: boolean } = {}) => ({
  text,
  isCut: false,
  isStream: false,
  ...of,
});
const stream = (...events: object[]) =>
  side(events.map((event) => `event: x\ndata: ${JSON.stringify(event)}\n\n`).join(''), { isStream: true });

describe('redacted content', () => {
  test('keeps the shape of JSON and loses what must go wherever it stands, escaped or not', async () => {
    const body =
      '{"model":"m","n":1,"system":"of ada@example.com","messages":[{"content":[{"text":"ada\\u0040example.com"}]}]}';
    expect(JSON.parse((await redactContent(side(body), redact)) ?? '')).toEqual({
      model: 'm',
      n: 1,
      system: 'of [EMAIL]',
      messages: [{ content: [{ text: '[EMAIL]' }] }],
    });
  });

  test('is nothing at all of bodies that were cut or are no JSON', async () => {
    expect(await redactContent(side('{"a":"ada@exam', { isCut: true }), redact)).toBeUndefined();
    expect(await redactContent(side('ada@example.com'), redact)).toBeUndefined();
    expect(await redactContent({ ...stream({ delta: 'ada@exam' }), isCut: true }, redact)).toBeUndefined();
  });

  const chunk = (content: string, index = 0) => ({
    id: 'c',
    choices: [{ index, delta: { role: 'assistant', content } }],
  });
  test.each([
    ['OpenAI chat', [chunk('to ada@ex'), chunk('other', 1), chunk('ample.com')], ['to [EMAIL]', 'other']],
    [
      'Anthropic',
      [
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'ada@' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'example.com' } },
      ],
      ['[EMAIL]'],
    ],
    [
      'Responses',
      [
        { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'ada@example' },
        { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: '.com' },
      ],
      ['[EMAIL]'],
    ],
    ["Weir's own", [{ content: 'ada@' }, { content: 'example.com' }], ['[EMAIL]']],
  ])('puts together what a stream said before it looks: %s', async (_wire, events, texts) => {
    expect(JSON.parse((await redactContent(stream(...events), redact)) ?? '')).toEqual({ texts });
  });

  test('is not kept when nobody could look', async () => {
    await expect(redactContent(side('{"a":"b"}'), () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  });
});
