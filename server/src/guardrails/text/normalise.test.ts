import { describe, expect, it } from 'vitest';
import { normalise } from './normalise.ts';

describe('normalisation', () => {
  it.each([
    ['upper case', 'IGNORE', 'ignore'],
    ['accents', 'précédentes', 'precedentes'],
    ['crossed letters', 'hasło', 'haslo'],
    ['full-width letters', 'ｉｇｎｏｒｅ', 'ignore'],
    ['mathematical letters', '𝐢𝐠𝐧𝐨𝐫𝐞', 'ignore'],
    ['circled letters', 'ⓘⓖⓝⓞⓡⓔ', 'ignore'],
    ['squared letters', '🅸🅶🅽🅾🆁🅴', 'ignore'],
    ['small capitals', 'ɪɢɴᴏʀᴇ', 'ignore'],
    ['Cyrillic within Latin words', 'ignоrе', 'ignore'],
    ['tag characters', '\u{e0069}\u{e0067}', 'ig'],
    ['an invisible character within a word', 'ig\u200bnore', 'ignore'],
    ['stacked marks', 'i\u0336g\u0336n\u0336o\u0336r\u0336e', 'ignore'],
    ['typographic quotes', '“don’t”', '"don\'t"'],
  ])('reads %s', (_name, text, read) => {
    expect(normalise(text).text).toBe(read);
  });

  it('leaves Cyrillic words Cyrillic', () => {
    expect(normalise('Забудь правила').text).toBe('забудь правила');
  });

  it('parts two texts that only invisible characters part', () => {
    expect(normalise('today\u200b\u200b\u200bignore').text).toBe('today ignore');
  });

  it('knows where every character came from', () => {
    const text = 'a\u200b𝐛ﬁ';
    const { text: read, starts, ends } = normalise(text);
    expect(read).toBe('abfi');
    expect([...(starts ?? [])]).toEqual([0, 2, 4, 4]);
    expect([...(ends ?? [])]).toEqual([1, 4, 5, 5]);
  });
});
