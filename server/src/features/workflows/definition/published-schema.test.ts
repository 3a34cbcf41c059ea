import { readFileSync } from 'node:fs';
import { WORKFLOW_STEP_TYPES, workflowDocumentSchema, workflowJsonSchema } from '@weir/contract';
import Ajv from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';

const published = workflowJsonSchema() as { $defs: Record<string, { oneOf?: unknown[] }> };
const validate = new Ajv.Ajv2020({ strict: false, formats: { regex: true } }).compile(published);
const example: unknown = JSON.parse(
  readFileSync(new URL('../../../../../examples/github-analysis.json', import.meta.url), 'utf8'),
);

function flow(step: object): object {
  return { name: 'x', steps: [step] };
}

describe('the JSON Schema of workflow documents', () => {
  it('takes the example, in an editor as in Weir', () => {
    expect(validate(example)).toBe(true);
    expect(workflowDocumentSchema.safeParse(example).success).toBe(true);
  });

  it('knows every step type, and defines steps, conditions, retries and budgets once', () => {
    const definitions = published.$defs;
    expect(Object.keys(definitions)).toEqual(
      expect.arrayContaining(['WorkflowStep', 'WorkflowCondition', 'WorkflowRetry', 'WorkflowBudget']),
    );
    expect(definitions.WorkflowStep?.oneOf).toHaveLength(WORKFLOW_STEP_TYPES.length);
    expect(JSON.stringify(published).length).toBeLessThan(60_000);
  });

  it.each<[string, object]>([
    ['an unknown key', { ...(example as object), step: [] }],
    ['an unknown type', flow({ name: 'a', type: 'toool', config: {} })],
    ['a key of another type', flow({ name: 'a', type: 'set', config: { values: 1, url: 'x' } })],
    ['a number out of range', flow({ name: 'a', type: 'set', config: { values: 1 }, timeout: 0 })],
    [
      'a wrong step in a branch',
      flow({ name: 'a', type: 'parallel', config: { steps: [{ name: 'b', type: 'set' }] } }),
    ],
  ])('refuses %s, in an editor as in Weir', (_what, document) => {
    expect(validate(document)).toBe(false);
    expect(workflowDocumentSchema.safeParse(document).success).toBe(false);
  });

  it('takes keys of several words in both spellings', () => {
    for (const retry of [
      { maxAttempts: 2, backoffMs: 5 },
      { max_attempts: 2, backoff_ms: 5 },
    ])
      expect(validate(flow({ name: 'a', type: 'set', config: { values: 1 }, retry }))).toBe(true);
  });
});
