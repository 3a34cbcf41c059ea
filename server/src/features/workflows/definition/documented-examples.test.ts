import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkFlow } from './check-flow.ts';
import { readFlow } from './read-flow.ts';

const page = readFileSync(new URL('../../../../../docs/workflows/definitions.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```(?:json|yaml)\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');
const documents = blocks.filter((text) => /"?steps"?:/.test(text));

describe('the page about definitions', () => {
  it('has examples', () => {
    expect(documents.length).toBe(2);
  });

  it.each(documents)('shows a document without problems', async (text) => {
    const read = readFlow(text);
    expect('problems' in read ? read.problems : await checkFlow(read.flow)).toEqual([]);
  });

  it('shows the problem that the check tells', async () => {
    const read = readFlow((documents[0] ?? '').replace('{{steps.fetch-repo.output}}', '{{steps.fetch-rep.output}}'));
    const [problem] = 'problems' in read ? read.problems : await checkFlow(read.flow);
    const { severity: _, ...shown } = problem ?? {};
    expect(blocks.map((text) => text.trim())).toContain(JSON.stringify(shown, undefined, 1).replaceAll(/\n\s*/g, ' '));
  });
});
