import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseMultipart } from './multipart.ts';

it('reads back whatever a browser form would send', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), fc.string({ unit: 'grapheme-ascii' }), async (bytes, text) => {
      const form = new FormData();
      form.set('purpose', text);
      form.set('file', new Blob([Buffer.from(bytes)], { type: 'text/plain' }), 'a b.txt');
      const sent = new Response(form);
      const body = Buffer.from(await sent.arrayBuffer());
      expect(parseMultipart(body, sent.headers.get('content-type') ?? '')).toEqual({
        fields: { purpose: text },
        files: [{ name: 'file', filename: 'a b.txt', contentType: 'text/plain', bytes: Buffer.from(bytes) }],
      });
    }),
  );
});

it('reads nothing without a boundary, and nothing from rubbish', () => {
  expect(parseMultipart(Buffer.from('x'), 'multipart/form-data')).toBeUndefined();
  expect(parseMultipart(Buffer.from('--b\r\nno head--b'), 'multipart/form-data; boundary="b"')).toEqual({
    fields: {},
    files: [],
  });
});
