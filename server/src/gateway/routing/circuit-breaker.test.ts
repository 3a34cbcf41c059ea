import { describe, expect, test } from 'vitest';
import { requirement } from '../../../../test/support/requirement.ts';
import { CircuitBreaker } from './circuit-breaker.ts';

const SETTINGS = {
  consecutiveFailures: 5,
  failureRatio: 0.5,
  minimumCalls: 20,
  windowMs: 30_000,
  openMs: 5000,
  maxOpenMs: 60_000,
};

function opened(atMono = 0): CircuitBreaker {
  const breaker = new CircuitBreaker(SETTINGS);
  for (let at = 0; at < 5; at++) breaker.failure(atMono);
  return breaker;
}

describe(requirement('A10'), () => {
  test('five failures in a row open it, four do not', () => {
    const breaker = new CircuitBreaker(SETTINGS);
    for (let at = 0; at < 4; at++) breaker.failure(0);
    expect(breaker.state(0)).toBe('closed');
    breaker.failure(0);
    expect(breaker.state(0)).toBe('open');
    expect(breaker.tryPass(0)).toBe(false);
  });

  test('a success in between starts the count again', () => {
    const breaker = new CircuitBreaker(SETTINGS);
    for (let at = 0; at < 4; at++) breaker.failure(0);
    breaker.success(0);
    for (let at = 0; at < 4; at++) breaker.failure(0);
    expect(breaker.state(0)).toBe('closed');
  });

  test('half of at least twenty calls within thirty seconds open it', () => {
    const breaker = new CircuitBreaker(SETTINGS);
    for (let at = 0; at < 9; at++) {
      breaker.failure(at * 100);
      breaker.success(at * 100);
    }
    breaker.success(1000);
    expect(breaker.state(1000)).toBe('closed');
    breaker.failure(1000);
    expect(breaker.state(1000)).toBe('open');
  });

  test('failures older than the window are forgotten', () => {
    const breaker = new CircuitBreaker(SETTINGS);
    for (let at = 0; at < 9; at++) {
      breaker.failure(0);
      breaker.success(0);
    }
    breaker.success(31_000);
    breaker.failure(31_000);
    expect(breaker.state(31_000)).toBe('closed');
  });

  test('it rests five seconds, then lets one probe through at a time', () => {
    const breaker = opened();
    expect(breaker.tryPass(4999)).toBe(false);
    expect(breaker.state(5000)).toBe('half-open');
    expect(breaker.tryPass(5000)).toBe(true);
    expect(breaker.tryPass(5000)).toBe(false);
  });

  test('a probe that succeeds closes it', () => {
    const breaker = opened();
    breaker.tryPass(5000);
    breaker.success(5010);
    expect(breaker.state(5010)).toBe('closed');
    expect(breaker.tryPass(5010)).toBe(true);
  });

  test('each probe that fails doubles the rest, up to a minute; success makes it short again', () => {
    const breaker = opened();
    const rests: number[] = [];
    let now = 5000;
    for (let probe = 0; probe < 6; probe++) {
      expect(breaker.tryPass(now)).toBe(true);
      breaker.failure(now);
      rests.push(breaker.retryInMs(now));
      now += breaker.retryInMs(now);
    }
    expect(rests).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
    breaker.tryPass(now);
    breaker.success(now);
    for (let at = 0; at < 5; at++) breaker.failure(now);
    expect(breaker.retryInMs(now)).toBe(5000);
  });

  test('failures of calls that were on their way when it opened do not lengthen the rest', () => {
    const breaker = opened();
    for (let late = 0; late < 19; late++) breaker.failure(100);
    expect(breaker.retryInMs(100)).toBe(4900);
  });

  test('successes of calls that were on their way when it opened do not close it', () => {
    const breaker = opened();
    breaker.success(100);
    expect(breaker.state(100)).toBe('open');
    breaker.success(5000);
    expect(breaker.state(5000)).toBe('half-open');
  });

  test('a probe that ended without saying anything makes room for the next', () => {
    const breaker = opened();
    breaker.tryPass(5000);
    breaker.neutral();
    expect(breaker.state(5001)).toBe('half-open');
    expect(breaker.tryPass(5001)).toBe(true);
  });

  test('client errors and aborts, which are neutral, never open it', () => {
    const breaker = new CircuitBreaker(SETTINGS);
    for (let at = 0; at < 100; at++) breaker.neutral();
    expect(breaker.state(0)).toBe('closed');
  });

  test('it says without taking the probe whether a call could pass', () => {
    const breaker = opened();
    expect(breaker.couldPass(4999)).toBe(false);
    expect(breaker.couldPass(5000)).toBe(true);
    expect(breaker.couldPass(5000)).toBe(true);
    breaker.tryPass(5000);
    expect(breaker.couldPass(5000)).toBe(false);
  });
});
