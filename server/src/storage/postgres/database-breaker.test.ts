import { describe, expect, it } from 'vitest';
import { DatabaseBreaker } from './database-breaker.ts';

function breaker() {
  let nowMono = 0;
  const subject = new DatabaseBreaker(() => nowMono);
  const fail = (times: number) => {
    for (let at = 0; at < times; at++) subject.failed();
  };
  const wait = (ms: number) => {
    nowMono += ms;
  };
  return { subject, fail, wait };
}

describe('the breaker of the database', () => {
  it('lets everything through until two connections in a row are lost', () => {
    const { subject, fail } = breaker();
    fail(1);
    subject.succeeded();
    fail(1);
    expect(() => subject.admit()).not.toThrow();
    fail(1);
    expect(() => subject.admit()).toThrow(expect.objectContaining({ code: 'store.unavailable', retryAfterMs: 250 }));
  });

  it('lets one try decide after its rest, and rests twice as long when that fails, four seconds at most', () => {
    const { subject, fail, wait } = breaker();
    fail(2);
    for (const restMs of [250, 500, 1000, 2000, 4000, 4000]) {
      wait(restMs - 1);
      expect(() => subject.admit()).toThrow();
      wait(1);
      subject.admit();
      expect(() => subject.admit()).toThrow();
      fail(1);
    }
    wait(4000);
    subject.admit();
    subject.succeeded();
    subject.admit();
    subject.admit();
  });
});
