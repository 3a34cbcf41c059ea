import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact } from '../../guardrails/redact.ts';
import { inlineScanner } from '../../guardrails/registry.ts';
import { WindowText } from './window-text.ts';

const SECRET = /CODE-[0-9]{4}(?:-[0-9]{4}){0,60}/g;

function windowed(pieces: readonly string[]): string {
  const window = new WindowText({ find: findCodes, redact });
  return pieces.map((piece) => window.push(piece)).join('') + window.end();
}

function findCodes(text: string) {
  return [...text.matchAll(SECRET)].map((match) => ({
    type: 'code',
    start: match.index,
    end: match.index + match[0].length,
    score: 1,
  }));
}

function cutAt(text: string, cuts: readonly number[]): string[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])].sort((a, b) => a - b);
  return places.slice(1).map((end, at) => text.slice(places[at], end));
}

const word = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 60 }).map((more) => `CODE-1234${'-5678'.repeat(more)}`) },
  { weight: 1, arbitrary: fc.constant('unbroken'.repeat(60)) },
);
const prose = fc.array(word, { maxLength: 120 }).map((words) => words.join(' '));

describe('a text that comes in pieces', () => {
  test('leaves in the same form however it was cut, and as if it had come whole', () => {
    fc.assert(
      fc.property(prose, fc.array(fc.nat(100_000), { maxLength: 40 }), (text, cuts) => {
        const expected = redact(text, findCodes(text));
        expect(windowed(cutAt(text, cuts))).toBe(expected);
        expect(windowed([text])).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('leaves in the same form cut at every character', () => {
    const text = `${'before '.repeat(40)}CODE-1234-5678-9012 ${'after 🌊 '.repeat(60)}CODE-1111`;
    expect(windowed([...text])).toBe(redact(text, findCodes(text)));
  });

  test('leaves while more is coming, so that readers need not wait for the end', () => {
    const window = new WindowText({ find: findCodes, redact });
    expect(window.push('some words '.repeat(100)).length).toBeGreaterThan(800);
  });

  test('that never has a blank still leaves, in bounded memory', () => {
    const window = new WindowText({ find: () => [], redact });
    let left = '';
    for (let at = 0; at < 200; at++) left += window.push('x'.repeat(1000));
    expect(left.length).toBeGreaterThan(180_000);
    expect((left + window.end()).length).toBe(200_000);
  });

  test('gives nothing more once a find must stop it', () => {
    const window = new WindowText({
      find: (text) => {
        if (text.includes('STOP')) throw new Error('blocked');
        return [];
      },
      redact,
    });
    const first = window.push(`${'fine words '.repeat(40)}`);
    expect(() => window.push(`${'fine words '.repeat(40)}STOP now ${'more '.repeat(100)}`)).toThrow('blocked');
    expect(first).not.toContain('STOP');
  });

  test('keeps personal data of the built-in detectors from leaving in part', () => {
    const find = (text: string) => inlineScanner.scan(text, 'output').filter(({ guardrail }) => guardrail === 'pii');
    for (let before = 0; before < 300; before += 7) {
      const text = `${'x '.repeat(before)}write to someone.with.a.long.name@mail.example.com today ${'y '.repeat(200)}`;
      const window = new WindowText({ find, redact });
      const left = [...text].map((character) => window.push(character)).join('') + window.end();
      expect(left).toBe(text.replace(/\S+@\S+/, '[EMAIL]'));
    }
  });
});
