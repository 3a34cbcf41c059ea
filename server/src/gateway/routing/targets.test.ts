import { describe, expect, test } from 'vitest';
import { fakeProvider } from '../../../../test/chaos/support/gateway-fixture.ts';
import { requirement } from '../../../../test/support/requirement.ts';
import { isWeirError } from '../../kernel/errors.ts';
import { sessionPoint } from './session-point.ts';
import { type Ranking, type Route, type RouteTarget, TargetBook } from './targets.ts';

const RANKING: Ranking = {
  random: () => 0,
  latencyMs: () => undefined,
  price: () => undefined,
  sessionPoint: undefined,
};

const PROVIDERS = [fakeProvider('openai'), fakeProvider('anthropic'), fakeProvider('groq')];

function target(model: string, weight = 1): RouteTarget {
  return { model, weight, timeoutMs: undefined };
}

function routeOf(strategy: Route['strategy'], targets: RouteTarget[], more: Partial<Route> = {}): TargetBook {
  return new TargetBook(PROVIDERS, [
    { name: 'fast', strategy, targets, timeoutMs: undefined, sticky: false, source: 'file', ...more },
  ]);
}

function names(book: TargetBook, ranking: Partial<Ranking> = {}, name = 'fast'): string[] {
  const { candidates } = book.resolve(name, { ...RANKING, ...ranking });
  return candidates.map(({ provider, model }) => `${provider.name}/${model}`);
}

test('provider/model names lead there whether or not the model is known', () => {
  const book = new TargetBook(PROVIDERS, []);
  expect(names(book, {}, 'openai/a-model-of-tomorrow')).toEqual(['openai/a-model-of-tomorrow']);
  expect(names(book, {}, 'groq/openai/gpt-oss-120b')).toEqual(['groq/openai/gpt-oss-120b']);
});

test('bare names lead to the provider that knows them or owns the family', () => {
  const book = new TargetBook(PROVIDERS, []);
  expect(names(book, {}, 'gpt-4o-mini')).toEqual(['openai/gpt-4o-mini']);
  expect(names(book, {}, 'llama-3.3-70b-versatile')).toEqual(['groq/llama-3.3-70b-versatile']);
  expect(names(book, {}, 'claude-of-tomorrow')).toEqual(['anthropic/claude-of-tomorrow']);
});

test('aliases become the name the provider knows, bare and behind the provider', () => {
  const book = new TargetBook(PROVIDERS, []);
  const [bare] = names(book, {}, 'claude-3-sonnet');
  expect(bare).toMatch(/^anthropic\/claude-.*\d{8}$/);
  expect(names(book, {}, 'anthropic/claude-3-sonnet')).toEqual([bare]);
});

test('models of the configuration come before the catalogue', () => {
  const local = fakeProvider('local', { models: ['gpt-4o-mini'] });
  expect(names(new TargetBook([...PROVIDERS, local], []), {}, 'gpt-4o-mini')).toEqual(['local/gpt-4o-mini']);
});

test('a provider that can be called wins a bare name over one without a credential', () => {
  const first = fakeProvider('first', { models: ['shared'], credentials: [] });
  const second = fakeProvider('second', { models: ['shared'] });
  expect(names(new TargetBook([first, second], []), {}, 'shared')).toEqual(['second/shared']);
});

test('an unknown name says what may be used instead and which field it is', () => {
  const book = new TargetBook(PROVIDERS, []);
  try {
    book.resolve('nonsense', RANKING);
    expect.unreachable();
  } catch (error) {
    if (!isWeirError(error)) throw error;
    expect(error.code).toBe('model.unknown');
    expect(error.param).toBe('model');
    expect(error.message).toContain('"nonsense"');
    expect(error.message).toContain('openai, anthropic, groq');
  }
});

describe(requirement('E12a'), () => {
  test('a fallback route keeps the order of the configuration', () => {
    expect(names(routeOf('fallback', [target('groq/a'), target('openai/b'), target('anthropic/c')]))).toEqual([
      'groq/a',
      'openai/b',
      'anthropic/c',
    ]);
  });
});

test('a weighted route draws by weight and keeps the others as fallbacks, heaviest first', () => {
  const book = routeOf('weighted', [target('groq/a', 6), target('openai/b', 1), target('anthropic/c', 3)]);
  expect(names(book, { random: () => 0 })).toEqual(['groq/a', 'anthropic/c', 'openai/b']);
  expect(names(book, { random: () => 0.65 })).toEqual(['openai/b', 'groq/a', 'anthropic/c']);
  let turn = 0;
  const first = Array.from({ length: 1000 }, () => names(book, { random: () => (turn++ % 1000) / 1000 })[0]);
  expect(first.filter((name) => name === 'groq/a')).toHaveLength(600);
  expect(first.filter((name) => name === 'openai/b')).toHaveLength(100);
  expect(first.filter((name) => name === 'anthropic/c')).toHaveLength(300);
});

test('a target of weight zero is only ever a fallback', () => {
  const book = routeOf('weighted', [target('groq/a', 0), target('openai/b', 1)]);
  for (const random of [0, 0.5, 0.999]) expect(names(book, { random: () => random })[0]).toBe('openai/b');
});

test('a sticky route gives a session the same target each time and spreads sessions', () => {
  const book = routeOf('weighted', [target('groq/a'), target('openai/b')], { sticky: true });
  const firstFor = (session: string) => names(book, { sessionPoint: sessionPoint(session), random: Math.random })[0];
  const firsts = Array.from({ length: 200 }, (_, at) => firstFor(`session ${at}`));
  for (let at = 0; at < 200; at++) expect(firstFor(`session ${at}`)).toBe(firsts[at]);
  expect(firsts.filter((name) => name === 'groq/a').length).toBeGreaterThan(60);
  expect(firsts.filter((name) => name === 'openai/b').length).toBeGreaterThan(60);
});

test('a least-latency route tries the unknown first, then the fastest', () => {
  const book = routeOf('least-latency', [target('groq/a'), target('openai/b'), target('anthropic/c')]);
  const known: Record<string, number> = { groq: 80, anthropic: 20 };
  expect(names(book, { latencyMs: (provider) => known[provider] })).toEqual(['openai/b', 'anthropic/c', 'groq/a']);
});

test('a least-cost route tries the cheapest first and the unpriced last', () => {
  const book = routeOf('least-cost', [target('groq/a'), target('openai/b'), target('anthropic/c')]);
  const prices: Record<string, number> = { openai: 150, anthropic: 20 };
  expect(names(book, { price: (provider) => prices[provider.name] })).toEqual(['anthropic/c', 'openai/b', 'groq/a']);
});

test('limits of a target and of a route come along', () => {
  const book = routeOf('fallback', [{ model: 'groq/a', weight: 1, timeoutMs: 900 }], { timeoutMs: 8000 });
  const resolution = book.resolve('fast', RANKING);
  expect(resolution.candidates[0]?.timeoutMs).toBe(900);
  expect(resolution.route?.timeoutMs).toBe(8000);
});
