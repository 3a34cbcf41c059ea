import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MessageStreamDecoder } from './anthropic-messages/stream/stream-decoder.ts';
import { SseSplitter } from './framing/sse-splitter.ts';
import { OpenAiChatStreamDecoder } from './openai-chat/stream-decoder.ts';

function openAiEvent(content: string, { padding, usage }: { padding?: string; usage?: object } = {}): Buffer {
  const choices = [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }];
  const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices };
  const shown = { ...chunk, usage: usage ?? null, ...(padding === undefined ? {} : { obfuscation: padding }) };
  return Buffer.from(`data: ${JSON.stringify(shown)}\n\n`);
}

function openAiAfter(...events: Buffer[]): OpenAiChatStreamDecoder {
  const decoder = new OpenAiChatStreamDecoder();
  for (const event of events) new SseSplitter().push(event, (read) => decoder.decode(read));
  return decoder;
}

const fresh = () => ({ end: 0, textStart: 0, textEnd: 0, characters: 0 });

/** What was recognised, with the text decoded. */
function shown(bytes: Buffer, { end, textStart, textEnd, characters }: ReturnType<typeof fresh>) {
  return { end, text: JSON.parse(`"${bytes.toString('utf8', textStart, textEnd)}"`), characters };
}

describe('events that are text alone', () => {
  test('any text that JSON writes without numbers is recognised with its length, or left to the decoder', () => {
    const decoder = openAiAfter(openAiEvent('a'), openAiEvent('b'));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const event = openAiEvent(text);
        const skimmed = fresh();
        const isNumbered = JSON.stringify(text).includes('\\u');
        expect(decoder.skim(event, 0, skimmed)).toBe(!isNumbered);
        if (isNumbered) return;
        expect(shown(event, skimmed)).toEqual({ end: event.length, text, characters: text.length });
      }),
    );
  });

  test('one that differs in any byte outside its text is decoded', () => {
    const decoder = openAiAfter(openAiEvent('a'), openAiEvent('b'));
    const event = openAiEvent('word');
    const at = event.indexOf('"word"') + 1;
    for (let byte = 0; byte < event.length; byte++) {
      if (byte >= at && byte < at + 4) continue;
      const other = Buffer.from(event);
      other[byte] = (other[byte] as number) ^ 1;
      expect(decoder.skim(other, 0, fresh()), `byte ${byte}`).toBe(false);
    }
  });

  test('one that is cut anywhere is decoded, and one behind another is found', () => {
    const decoder = openAiAfter(openAiEvent('a'), openAiEvent('b'));
    const event = openAiEvent('so "it" is\n');
    for (let length = 0; length < event.length; length++) {
      expect(decoder.skim(event.subarray(0, length), 0, fresh())).toBe(false);
    }
    const skimmed = fresh();
    const both = Buffer.concat([event, event]);
    expect(decoder.skim(both, event.length, skimmed)).toBe(true);
    expect(shown(both, skimmed)).toEqual({ end: 2 * event.length, text: 'so "it" is\n', characters: 11 });
  });

  test('random padding beside the text may differ', () => {
    const decoder = openAiAfter(openAiEvent('a', { padding: 'x1' }), openAiEvent('b', { padding: 'Zq9' }));
    const event = openAiEvent('hello', { padding: 'abcdefgh' });
    const skimmed = fresh();
    expect(decoder.skim(event, 0, skimmed)).toBe(true);
    expect(shown(event, skimmed)).toEqual({ end: event.length, text: 'hello', characters: 5 });
  });

  test('nothing is taken for text after an event that was more than text', () => {
    const finish = Buffer.from('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n');
    expect(openAiAfter(openAiEvent('a'), openAiEvent('b'), finish).skim(openAiEvent('c'), 0, fresh())).toBe(false);
    const counted = { prompt_tokens: 1, completion_tokens: 1 };
    const decoder = openAiAfter(openAiEvent('a'), openAiEvent('b', { usage: counted }));
    expect(decoder.skim(openAiEvent('c', { usage: counted }), 0, fresh())).toBe(false);
  });

  test('an Anthropic stream has them too', () => {
    const decoder = new MessageStreamDecoder();
    const delta = (text: string) =>
      Buffer.from(
        `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })}\n\n`,
      );
    const start = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } };
    const splitter = new SseSplitter();
    for (const bytes of [Buffer.from(`data: ${JSON.stringify(start)}\n\n`), delta('a')]) {
      splitter.push(bytes, (event) => decoder.decode(event));
    }
    const skimmed = fresh();
    const event = delta('größer');
    expect(decoder.skim(event, 0, skimmed)).toBe(true);
    expect(shown(event, skimmed)).toEqual({ end: event.length, text: 'größer', characters: 6 });
  });
});
