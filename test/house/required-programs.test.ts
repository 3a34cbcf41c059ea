import { describe, expect, test } from 'vitest';
import { readRequiredPrograms } from '../support/required-programs.ts';

describe('WEIR_TEST_REQUIRE', () => {
  test('lists programs, spaces allowed', () => {
    expect(readRequiredPrograms('postgres, redis')).toEqual(['postgres', 'redis']);
  });

  test('requires nothing when it is empty', () => {
    expect(readRequiredPrograms('')).toEqual([]);
  });

  test('refuses a name that it does not know', () => {
    expect(() => readRequiredPrograms('postgres,redsi')).toThrow("WEIR_TEST_REQUIRE names 'redsi'");
  });
});
