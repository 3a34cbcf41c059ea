import { describe, expect, it } from 'vitest';
import { fieldPart, fieldText, isForm, scanForm } from './scan-form.ts';

const TYPE = 'multipart/form-data; boundary=----edge';

function form(...parts: readonly (readonly [head: string, value: string | Buffer])[]): Buffer {
  const pieces = parts.flatMap(([head, value]) => [`------edge\r\n${head}\r\n\r\n`, value, '\r\n']);
  return Buffer.concat([...pieces, '------edge--\r\n'].map((piece) => Buffer.from(piece)));
}

const field = (name: string, value: string) => [`Content-Disposition: form-data; name="${name}"`, value] as const;

describe('a form', () => {
  it('written by the platform is read field by field, its file left where it is', async () => {
    const given = new FormData();
    given.set('model', 'whisper-1');
    given.set('file', new File([Buffer.from([0, 13, 10, 45, 45, 255])], 'a.wav'));
    given.set('prompt', 'Grüße');
    const encoded = new Response(given);
    const type = encoded.headers.get('content-type') ?? '';
    const body = Buffer.from(await encoded.arrayBuffer());
    const parts = scanForm(body, type);
    expect(parts.map(({ name, filename }) => [name, filename])).toEqual([
      ['model', undefined],
      ['file', 'a.wav'],
      ['prompt', undefined],
    ]);
    expect([fieldText(body, parts, 'model'), fieldText(body, parts, 'prompt')]).toEqual(['whisper-1', 'Grüße']);
    const file = parts[1];
    expect([...body.subarray(file?.start, file?.end)]).toEqual([0, 13, 10, 45, 45, 255]);
  });

  it('may hold its own boundary inside a value when something else follows it', () => {
    const value = 'one\r\n------edgeless\r\n------edg';
    const body = form(field('text', value));
    expect(fieldText(body, scanForm(body, TYPE), 'text')).toBe(value);
  });

  it('may be empty, quote its boundary and leave names without quotes', () => {
    expect(scanForm(Buffer.from('--a b--\r\n'), 'multipart/form-data; boundary="a b"')).toEqual([]);
    const body = form(['content-disposition:form-data; name=model', 'm']);
    expect(fieldText(body, scanForm(body, TYPE), 'model')).toBe('m');
  });

  it('tells a file from a field of the same name', () => {
    const body = form(['Content-Disposition: form-data; name="model"; filename="x"', 'no'], field('model', 'yes'));
    expect(fieldText(body, scanForm(body, TYPE), 'model')).toBe('yes');
  });

  it.each([
    ['no boundary in its type', Buffer.from('------edge--'), 'multipart/form-data'],
    ['another start', Buffer.from('x\r\n------edge--'), TYPE],
    ['no end', form(field('a', 'b')).subarray(0, -10), TYPE],
    ['a part without a head', Buffer.from('------edge\r\nabc\r\n------edge--'), TYPE],
    ['a part without a name', form(['Content-Disposition: form-data', 'x']), TYPE],
    ['an encoded name', form([`Content-Disposition: form-data; name*=UTF-8''model; name="a"`, 'x']), TYPE],
    ['two names', form(['Content-Disposition: form-data; name="a"; name="model"', 'x']), TYPE],
    [
      'two dispositions',
      form(['Content-Disposition: form-data; name="a"\r\nContent-Disposition: x; name="b"', '']),
      TYPE,
    ],
    ['an endless head', form([`Content-Disposition: form-data; name="a"\r\nx: ${'y'.repeat(9000)}`, 'x']), TYPE],
    ['hundreds of parts', form(...Array.from({ length: 257 }, (_, index) => field(`f${index}`, ''))), TYPE],
  ])('with %s is refused', (_, body, type) => {
    expect(() => scanForm(body, type)).toThrow(expect.objectContaining({ code: 'request.invalid', param: 'body' }));
  });

  it('with two models is refused, naming the field', () => {
    const parts = scanForm(form(field('model', 'cheap'), field('model', 'dear')), TYPE);
    expect(() => fieldPart(parts, 'model')).toThrow(expect.objectContaining({ param: 'model' }));
  });
});

it('knows a form by its content type', () => {
  expect([isForm(TYPE), isForm('multipart/form-data'), isForm('application/json'), isForm(undefined)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
