import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterBytes } from './filter-bytes.ts';

async function filtered(chunks: readonly Uint8Array[], keeps: (text: string) => boolean) {
  const out: Uint8Array[] = [];
  async function* input() {
    yield* chunks;
  }
  const counts = await filterBytes(input(), keeps, async (bytes) => void out.push(Buffer.from(bytes)));
  return { output: Buffer.concat(out), counts };
}

describe('lines that are passed on', () => {
  test('are those that are kept, byte for byte, however the bytes arrive', async () => {
    const byte = fc.oneof(fc.constantFrom(0x0a, 0x0d, 0x6b, 0xff, 0x00), fc.nat(255));
    const bytes = fc.array(byte, { maxLength: 80 }).map((values) => Buffer.from(values));
    const cuts = fc.array(fc.nat(80), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(bytes, cuts, async (input, places) => {
        const keeps = (text: string) => text.includes('k') || text === '';
        const edges = [0, ...places.filter((at) => at < input.length).sort((a, b) => a - b), input.length];
        const chunks = edges.slice(1).map((end, at) => input.subarray(edges[at], end));
        const lines = input
          .toString('latin1')
          .split(/(?<=\n)/)
          .filter((line) => line !== '');
        const expected = lines.filter((line) => keeps(line.replace(/\n$/, '')));
        const { output, counts } = await filtered(chunks, keeps);
        expect(output.toString('latin1')).toBe(expected.join(''));
        expect(counts).toEqual({
          lines: lines.length,
          keptLines: expected.length,
          bytes: input.length,
          keptBytes: output.length,
        });
      }),
      { numRuns: 500 },
    );
  });

  test('may be longer than memory: they are decided by their beginning', async () => {
    const block = Buffer.alloc(50_000, 'x');
    const head = (text: string) => Buffer.from(text);
    const chunks = [head('keep '), block, block, block, head('\ndrop '), block, block, block, head('\nkeep it')];
    const texts: string[] = [];
    const { output, counts } = await filtered(chunks, (text) => {
      texts.push(text);
      return text.startsWith('keep');
    });
    expect(counts).toMatchObject({ lines: 3, keptLines: 2, bytes: 300_000 + 5 + 6 + 8 });
    expect(output.length).toBe(150_000 + 5 + 1 + 7);
    expect(texts.map((text) => text.length)).toEqual([65_536, 65_536, 7]);
  });

  test('may be none', async () => {
    expect(await filtered([], () => true)).toMatchObject({ counts: { lines: 0, bytes: 0 } });
  });
});
