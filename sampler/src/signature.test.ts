import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_UNITS } from './shape-buffer.ts';
import { formatSignature, parseSignature, SIGNATURE_VERSION, shapeOf, signatureOf } from './signature.ts';
import { goldenLines } from './testing/golden-lines.ts';

const shown = (line: string) => shapeOf(line).replaceAll('\u0001', '<*>');

describe('the shape of a line', () => {
  test.each([
    ['2026-01-01T12:00:00.123Z job 17 done in 5.2 ms', '<*> job <*> done in <*>'],
    ['Nov 14 15:16:01 web sshd[19939]: closed', '<*> web sshd[<*>]: closed'],
    ['[Sun Dec 04 04:47:44 2005] [notice] ok', '[<*>] [notice] ok'],
    ['GET https://a.example/x?a=1&b=2: done', 'GET <*>: done'],
    ['C:\\Data\\x.dll, loaded', '<*>, loaded'],
    ['from 10.0.0.1:443 and db.eu.lan:5432', 'from <*> and <*>'],
    ['fe80::1 via 00:1a:ab:cd:ef:00 or ab:cd:ef:ab:cd:ef', '<*> via <*> or <*>'],
    ['ns.acme.co.uk took <5 ms, level <7> of aadaafde-0c1d', '<*> took <*>, level <<*>> of <*>'],
    ['block blk_-6952 of task_17_m_04', 'block blk_0 of task_0_m_0'],
    ['pod-7f9c6b5d4-x2k9z is up', 'pod-0 is up'],
    ['request 38101a0b-2096-447d-96ea-a692162415ae', 'request <*>'],
    ['ids 1, 2, 3 and job_1, job_2, job_3', 'ids <*> and job_0'],
    ['mail a.b@c.example for deadbeef', 'mail <*> for <*>'],
    ["can't read 'x'", "can't read 'x'"],
    ['{"a":"b \\"c\\""}', '{"a":"b "c""}'],
    ['\u001b[31mERROR\u001b[0m  boom ', 'ERROR boom'],
    ['failed\n  at line two', 'failed'],
    ['and/or, N/A, DataNode$Packet.run', 'and/or, N/A, DataNode$Packet.run'],
  ])('%j', (line, shape) => expect(shown(line)).toBe(shape));
});

test('is a 53-bit integer, the same each time, for any text at all', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (line) => {
      const signature = signatureOf(line);
      expect(Number.isSafeInteger(signature) && signature >= 0).toBe(true);
      expect(signatureOf(line)).toBe(signature);
      expect(parseSignature(formatSignature(signature))).toBe(signature);
    }),
    { numRuns: 2000 },
  );
});

test('does not depend on which digits stand in a line', () => {
  const lines = goldenLines(2000, 7);
  for (const line of lines) {
    const other = line.replaceAll(/[0-9]/g, (digit) => String(9 - Number(digit)));
    expect(shown(other)).toBe(shown(line));
    expect(signatureOf(other)).toBe(signatureOf(line));
  }
});

test('reads no more than so many units, and no second line', () => {
  const long = 'word '.repeat(MAX_UNITS);
  expect(signatureOf(`${long}a`)).toBe(signatureOf(`${long}b`));
  expect(signatureOf('\n\nboom\nat x')).toBe(signatureOf('boom'));
});

test('tells shapes apart', () => {
  const shapes = new Map<number, string>();
  for (const line of goldenLines(20_000, 3)) {
    const shape = shapeOf(line);
    expect(shapes.get(signatureOf(line)) ?? shape).toBe(shape);
    shapes.set(signatureOf(line), shape);
  }
  expect(shapes.size).toBeGreaterThan(10_000);
});

test('other texts are no signatures', () => {
  for (const text of ['', 'xyz', '20000000000000', '0123456789abcdef', '0123456789ABCD'])
    expect(parseSignature(text)).toBeUndefined();
});

test('what policies are keyed by changes with the version only', () => {
  const all = goldenLines(10_000).map((line) => formatSignature(signatureOf(line)));
  const digest = createHash('sha256').update(all.join('\n')).digest('hex');
  expect({ version: SIGNATURE_VERSION, digest }).toEqual({
    version: 1,
    digest: '01f2f6212d163fe61719574a55ecbb5d82b8780eaa875ea7ab93c6c4a368e27c',
  });
});
