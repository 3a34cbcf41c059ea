import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenEstimator } from './estimate-tokens.ts';

test('four characters are a token until a model taught better', () => {
  const estimator = new TokenEstimator();
  expect(estimator.estimate('m', 400)).toBe(100);
  expect(estimator.estimate('m', 1)).toBe(1);
  expect(estimator.estimate('m', 0)).toBe(0);
});

test('real counts of a model change its estimates, and no other model', () => {
  const estimator = new TokenEstimator();
  estimator.learn('m', 1000, 500);
  expect(estimator.estimate('m', 1000)).toBe(500);
  expect(estimator.estimate('other', 1000)).toBe(250);
});

test('one odd prompt moves the estimate a little, many move it all the way', () => {
  const estimator = new TokenEstimator();
  estimator.learn('m', 1000, 250);
  estimator.learn('m', 1000, 500);
  expect(estimator.estimate('m', 1000)).toBe(Math.ceil(1000 / 3.9));
  for (let turn = 0; turn < 200; turn++) estimator.learn('m', 1000, 500);
  expect(estimator.estimate('m', 1000)).toBe(500);
});

test('short prompts, which are mostly overhead, teach nothing', () => {
  const estimator = new TokenEstimator();
  estimator.learn('m', 100, 90);
  expect(estimator.estimate('m', 400)).toBe(100);
});

test('nothing a provider claims makes an estimate absurd', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(1e7), fc.nat(1e9))), fc.nat(1e6), (counts, characters) => {
      const estimator = new TokenEstimator();
      for (const [seen, tokens] of counts) estimator.learn('m', seen, tokens);
      const estimate = estimator.estimate('m', characters);
      expect(estimate).toBeGreaterThanOrEqual(Math.floor(characters / 8));
      expect(estimate).toBeLessThanOrEqual(characters);
    }),
  );
});
