import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { referencePages } from '../../scripts/reference/pages.ts';

const root = join(import.meta.dirname, '../..');

describe('the reference pages', async () => {
  const pages = await referencePages();

  test.for(Object.entries(pages))(
    '%s is what the code says; node scripts/generate-reference.ts writes it',
    ([path, text]) => {
      expect(readFileSync(join(root, path), 'utf8')).toBe(text);
    },
  );

  test('leave no setting without a meaning', () => {
    const rows = pages['docs/reference/config.md']?.split('\n').filter((line) => line.startsWith('| `')) ?? [];
    expect(rows.length).toBeGreaterThan(60);
    const settings = rows.filter((row) => row.split(' | ').length === 4);
    expect(settings.filter((row) => / \|\s+\|$/.test(row))).toEqual([]);
  });

  test('know every command, error and metric', () => {
    expect(pages['docs/reference/cli.md']).toContain('## weir keys create');
    expect(pages['docs/reference/errors.md']).toContain('`limit.rate`');
    expect(pages['docs/reference/metrics.md']).toContain('`llm_requests_total`');
    expect(pages['docs/reference/pipeline.md']).toMatch(/1 \| `trace`[\s\S]*`callProvider`/);
  });
});
