import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../compose/system-clock.ts';
import { compileTemplate } from './compile-template.ts';
import { TemplateRenderer } from './render-template.ts';

const renderers: TemplateRenderer[] = [];
afterEach(() => Promise.all(renderers.splice(0).map((renderer) => renderer.close())));

function newRenderer(options: { deadlineMs?: number; maxWaiting?: number; threads?: number } = {}): TemplateRenderer {
  const renderer = new TemplateRenderer({
    clock: systemClock,
    threads: 1,
    deadlineMs: 2000,
    maxWaiting: 100,
    ...options,
  });
  renderers.push(renderer);
  return renderer;
}

const LOOP = compileTemplate('{% for x in xs %}{{ x }};{% endfor %}');
/** Many milliseconds of work within the fuel. */
const SLOW = compileTemplate('{% for i in range(99) %}{% set x = s|title %}{% endfor %}');
const LONG = 'word '.repeat(20_000);

describe('the renderer of templates', () => {
  it('renders a template without loops at once', () => {
    expect(newRenderer().render(compileTemplate('Hello {{ name }}!'), { name: 'Ada' }, 'p')).toBe('Hello Ada!');
  });

  it('renders loops in a thread, with what they read and no more', async () => {
    const rendered = newRenderer().render(LOOP, { xs: [1, 'b', null], other: 'x'.repeat(10) }, 'p');
    expect(rendered).toBeInstanceOf(Promise);
    expect(await rendered).toBe('1;b;None;');
  });

  it('sends a template without loops to the thread when its variables are large', async () => {
    const rendered = newRenderer().render(
      compileTemplate('{{ xs|join|length }}'),
      { xs: Array(20_000).fill('ab') },
      'p',
    );
    expect(rendered).toBeInstanceOf(Promise);
    expect(await rendered).toBe('40000');
  });

  it('says in a thread as well what is missing, where, and what was probably meant', async () => {
    await expect(newRenderer().render(LOOP, { sx: [], xss: [] }, 'p')).rejects.toMatchObject({
      code: 'request.invalid',
      message: 'The template, line 1, column 8: the variable "xs" is missing; did you mean "xss"?',
      details: { template: 'missing', line: 1, column: 8, variable: 'xs' },
    });
  });

  it('refuses variables that are not JSON, at once and in a thread', async () => {
    const withGetter = Object.defineProperty({}, 'xs', { get: () => [1], enumerable: true });
    for (const data of [{ xs: () => 1 }, { xs: [() => 1] }, withGetter]) {
      await expect(Promise.resolve(newRenderer().render(LOOP, data, 'p'))).rejects.toThrow('variables are JSON');
      expect(() => newRenderer().render(compileTemplate('{{ xs }}'), data, 'p')).toThrow('variables are JSON');
    }
  });

  it('ends what takes too long, and goes on with the next in a new thread', async () => {
    const renderer = newRenderer({ deadlineMs: 1 });
    await renderer.render(LOOP, { xs: [1] }, 'p');
    await expect(renderer.render(SLOW, { s: LONG }, 'p')).rejects.toThrow('takes longer than 1 ms');
    // The first job of the new thread may load it first.
    expect(await renderer.render(LOOP, { xs: [2] }, 'p')).toBe('2;');
  });

  it('lets no project wait behind all that another has sent', async () => {
    const renderer = newRenderer();
    const order: string[] = [];
    const send = (project: string, text: string) =>
      Promise.resolve(renderer.render(LOOP, { xs: [text] }, project)).then((rendered) => order.push(rendered));
    await Promise.all([send('a', '1'), send('a', '2'), send('a', '3'), send('b', 'quick')]);
    expect(order.indexOf('quick;')).toBeLessThan(3);
  });

  it('says that it is overloaded when a project has too much waiting', async () => {
    const renderer = newRenderer({ maxWaiting: 1 });
    const first = renderer.render(LOOP, { xs: [1] }, 'p');
    const second = renderer.render(LOOP, { xs: [2] }, 'p');
    await expect(renderer.render(LOOP, { xs: [3] }, 'p')).rejects.toMatchObject({ code: 'server.overloaded' });
    expect(await Promise.all([first, second])).toEqual(['1;', '2;']);
  });
});
