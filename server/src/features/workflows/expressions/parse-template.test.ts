import { describe, expect, it } from 'vitest';
import { parsePath, parseTemplate } from './parse-template.ts';

describe('parsePath', () => {
  it.each<[string, (string | number)[]]>([
    ['steps.fetch-repo.output.stars', ['steps', 'fetch-repo', 'output', 'stars']],
    ['{{ input.list[0].x }}', ['input', 'list', 0, 'x']],
    ['input.0', ['input', 0]],
    ['input.007', ['input', '007']],
    ['input["a.b"][\'c\']', ['input', 'a.b', 'c']],
    ['input["say \\"hi\\""]', ['input', 'say "hi"']],
    [' größe.名前 ', ['größe', '名前']],
  ])('reads %s', (text, path) => {
    expect(parsePath(text)).toEqual(path);
  });

  it.each(['', 'a b', 'a.', 'a ?? b', '5', '"text"', 'a }} b', 'a[-1]', 'a[x]', 'a.b()'])('refuses %j', (text) => {
    expect(() => parsePath(text)).toThrow(/is not|closed/);
  });
});

describe('parseTemplate', () => {
  it('gives texts and expressions in order', () => {
    expect(parseTemplate('a {{ b.c ?? "d" }} e')).toEqual([
      'a ',
      { source: 'b.c ?? "d"', operands: [{ path: ['b', 'c'] }, { value: 'd' }] },
      ' e',
    ]);
  });

  it.each([
    ['{{x ?? 0}}', 0],
    ['{{x ?? -1.5}}', -1.5],
    ['{{x ?? true}}', true],
    ['{{x ?? null}}', null],
    ["{{x ?? ''}}", ''],
    ['{{x ?? "}}"}}', '}}'],
  ])('reads the literal of %s', (text, value) => {
    expect(parseTemplate(text)).toMatchObject([{ operands: [{ path: ['x'] }, { value }] }]);
  });

  it('takes names that begin like literals for names', () => {
    expect(parseTemplate('{{true-north}}{{null.x}}{{3d}}')).toMatchObject([
      { operands: [{ path: ['true-north'] }] },
      { operands: [{ path: ['null', 'x'] }] },
      { operands: [{ path: ['3d'] }] },
    ]);
  });

  it('says what is wrong and what to write, apart from each other too', () => {
    expect(() => parseTemplate('x {{ input.a b }}')).toThrow(
      expect.objectContaining({
        code: 'request.invalid',
        param: '{{ input.a b }}',
        details: { what: '{{ input.a b }} is not a path (at "b").', fix: expect.stringContaining('Write a path') },
      }),
    );
  });
});
