import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLines } from './read-lines.ts';

async function linesOf(text: string | Buffer, chunkBytes: number): Promise<[string, number][]> {
  const bytes = Buffer.from(text);
  const lines: [string, number][] = [];
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  };
  await readLines(chunks(), (line, size) => lines.push([line, size]));
  return lines;
}

test('a line ends at \\n only, empty lines count, and the last one needs no end', async () => {
  expect(await linesOf('a\r\n\nb\u2028c\rd\n e', 3)).toEqual([
    ['a\r', 2],
    ['', 0],
    ['b\u2028c\rd', 7],
    [' e', 2],
  ]);
  expect(await linesOf('', 3)).toEqual([]);
  expect(await linesOf('\n\n', 1)).toEqual([
    ['', 0],
    ['', 0],
  ]);
});

test('gives the same lines however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), fc.integer({ min: 1, max: 9 }), async (parts, size) => {
      const text = parts.join('\n');
      const expected = text.split('\n').map((line): [string, number] => [line, Buffer.byteLength(line)]);
      if (expected.at(-1)?.[1] === 0) expected.pop();
      expect(await linesOf(text, size)).toEqual(expected);
    }),
  );
});

test('keeps the start of a line without end, and counts all of it', async () => {
  const [[line, bytes] = ['', 0], next] = await linesOf(`${'x'.repeat(1_000_000)}\nshort\n`, 10_000);
  expect(line.length).toBeLessThan(70_000);
  expect(bytes).toBe(1_000_000);
  expect(next).toEqual(['short', 5]);
});
