import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eachField, MalformedProto, type ProtoValue } from './proto-fields.ts';

function fieldsOf(bytes: readonly number[] | Uint8Array): [number, ProtoValue][] {
  const fields: [number, ProtoValue][] = [];
  eachField(Buffer.from(bytes), (field, value) => fields.push([field, value]));
  return fields;
}

describe('fields of a protocol buffers message', () => {
  test.each<[string, number[], [number, ProtoValue][]]>([
    ['nothing', [], []],
    ['a varint', [0x08, 0x96, 0x01], [[1, 150]]],
    ['the largest small varint', [0x08, 0xff, 0xff, 0xff, 0x7f], [[1, 2 ** 28 - 1]]],
    ['a large varint', [0x08, 0x80, 0x80, 0x80, 0x80, 0x01], [[1, 2n ** 28n]]],
    ['a negative one', [0x08, ...Array(9).fill(0xff), 0x01], [[1, 2n ** 64n - 1n]]],
    ['8 bytes', [0x09, 1, 0, 0, 0, 0, 0, 0, 0], [[1, 1n]]],
    ['4 bytes', [0x0d, 1, 0, 0, 0x80], [[1, 0x80000001]]],
    [
      'text, then a varint',
      [0x12, 2, 0x68, 0x69, 0x18, 7],
      [
        [2, Buffer.from('hi')],
        [3, 7],
      ],
    ],
  ])('%s', (_, bytes, fields) => {
    expect(fieldsOf(bytes)).toEqual(fields);
  });

  test.each([
    ['a number that is cut off', [0x08, 0x80]],
    ['a number without end', [0x08, ...Array(12).fill(0x80)]],
    ['text that is cut off', [0x0a, 5, 0x68]],
    ['text of an enormous length', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['8 bytes that are 7', [0x09, 1, 2, 3, 4, 5, 6, 7]],
    ['a group', [0x0b, 0x0c]],
    ['field 0', [0x00, 0x00]],
  ])('refuses %s', (_, bytes) => {
    expect(() => fieldsOf(bytes)).toThrow(MalformedProto);
  });

  test('reads or refuses any bytes, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          fieldsOf(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedProto);
        }
      }),
    );
  });
});
