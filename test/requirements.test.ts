import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CURRENT_MILESTONE, REQUIREMENTS } from './requirements.ts';
import { readCitations } from './support/citations.ts';

const { files, citations, unreadable } = readCitations(join(import.meta.dirname, '..'));
const cited = new Set(citations.map(({ id }) => id));

function list(rows: typeof REQUIREMENTS): string[] {
  return rows.map(({ id, milestone, promise }) => `${id} (milestone ${milestone}): ${promise}`);
}

describe('the promises of the specification', () => {
  test('are looked for in at least one test file', () => {
    expect(files).toBeGreaterThan(0);
  });

  test('are all there, each id once', () => {
    expect(REQUIREMENTS).toHaveLength(103);
    expect(new Set(REQUIREMENTS.map(({ id }) => id)).size).toBe(REQUIREMENTS.length);
    expect(REQUIREMENTS.filter(({ milestone }) => milestone < 1 || milestone > 6)).toEqual([]);
  });

  test(`are cited by a test when their milestone is ${CURRENT_MILESTONE} or earlier`, () => {
    const uncited = REQUIREMENTS.filter(({ id, milestone }) => milestone <= CURRENT_MILESTONE && !cited.has(id));
    expect(list(uncited)).toEqual([]);
  });

  test('are not proven while still pending: a cited row of a later milestone must move to this one', () => {
    const early = REQUIREMENTS.filter(({ id, milestone }) => milestone > CURRENT_MILESTONE && cited.has(id));
    expect(list(early)).toEqual([]);
  });

  test('are cited by ids that exist, written as literals', () => {
    const known = new Set(REQUIREMENTS.map(({ id }) => id));
    const unknown = citations.filter(({ id }) => !known.has(id)).map(({ id, path }) => `${path}: ${id}`);
    expect([...unknown, ...unreadable]).toEqual([]);
  });
});
