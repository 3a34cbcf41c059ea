import { describe, expect, test } from 'vitest';
import { readCitations } from '../support/citations.ts';
import { plantTree } from '../support/plant-tree.ts';
import { requirement } from '../support/requirement.ts';

// Under another name, so that these calls are no citations.
const cite = requirement;

describe('citing a requirement', () => {
  test('gives the suite a title with the id and the promise', () => {
    expect(cite('A16')).toBe('A16: admin can configure a provider at run time');
  });

  test('throws on an id that does not exist', () => {
    expect(() => cite('Z1')).toThrow("There is no requirement 'Z1'");
  });
});

describe('reading citations', () => {
  test('finds literal calls with the file they are in', () => {
    const root = plantTree({ 'server/src/a.test.ts': "describe(requirement('A1'), () => {});\n" });
    expect(readCitations(root)).toEqual({
      files: 1,
      citations: [{ id: 'A1', path: 'server/src/a.test.ts' }],
      unreadable: [],
    });
  });

  test('takes neither comments nor strings nor other files for citations', () => {
    const root = plantTree({
      'test/a.test.ts': "// requirement('A1')\nexport const text = \"requirement('A2')\";\n",
      'server/src/b.ts': "requirement('A3');\n",
    });
    expect(readCitations(root)).toEqual({ files: 1, citations: [], unreadable: [] });
  });

  test('names the calls that it cannot read', () => {
    const root = plantTree({ 'test/a.test.ts': "const id = 'A1';\nrequirement(id);\n" });
    expect(readCitations(root).unreadable).toEqual(['test/a.test.ts:2']);
  });
});
