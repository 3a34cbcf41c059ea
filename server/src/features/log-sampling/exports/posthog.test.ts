import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { exportToPostHog } from './posthog.ts';
import { boostOf, LATER, NOW_MS, policyOf, policyWith } from './testing/policy-with.ts';

type Policy = Parameters<typeof exportToPostHog>[0];

function documentOf(policy: Policy) {
  const [file] = exportToPostHog(policy, NOW_MS);
  return JSON.parse(file?.text ?? '');
}

const dropping = policyOf('Stored order <*>', 0);
const sampling = policyOf('Stored order <*>', 0.25);
const rates = (changes: object) =>
  policyWith({ severity_rates: { DEBUG: 0.05, INFO: 0.2, WARNING: 0.5, ERROR: 1, CRITICAL: 1, ...changes } });

describe('a policy for PostHog', () => {
  test('drops patterns of rate 0 first, then samples by severity', () => {
    const { rules } = documentOf(dropping);
    expect(
      rules.map(({ rule_type, priority }: { rule_type: string; priority: number }) => [rule_type, priority]),
    ).toEqual([
      ['path_drop', 0],
      ['severity_sampling', 1],
    ]);
  });

  test('drops by the text of the message, but no errors', () => {
    expect(documentOf(dropping).rules[0]).toEqual({
      name: 'Weir 3: drop p1 Stored order <*>',
      enabled: true,
      rule_type: 'path_drop',
      scope_service: 'checkout',
      priority: 0,
      config: {
        always_keep: {
          attribute_predicates: [
            { key: 'exception.type', op: 'exists' },
            { key: 'exception.message', op: 'exists' },
            { key: 'exception.stacktrace', op: 'exists' },
          ],
        },
        filter_group: {
          type: 'AND',
          values: [
            {
              type: 'OR',
              values: [
                {
                  key: 'severity_text',
                  type: 'log',
                  operator: 'is_not',
                  value: expect.arrayContaining(['error', 'fatal']),
                },
                { key: 'severity_text', type: 'log', operator: 'is_not_set' },
              ],
            },
            {
              key: 'message',
              type: 'log',
              operator: 'regex',
              value: '(?-is:^\\s*Stored\\s+order\\s+.+\\s*(?:\\n|\\z))',
            },
          ],
        },
      },
    });
  });

  test.each([
    ['Stored order 7', true],
    ['Stored order 7\n  at x', true],
    ['stored order 7', false],
    ['Restored order 7', false],
    ['Stored order', false],
  ])('finds in %j: %s', (line, isFound) => {
    const { value } = documentOf(dropping).rules[0].config.filter_group.values[1];
    expect(
      RE2JS.compile(value, RE2JS.CASE_INSENSITIVE | RE2JS.DOTALL)
        .matcher(line)
        .find(),
    ).toBe(isFound);
  });

  test.each([
    ['DEBUG', rates({}), { type: 'sample', rate: 0.05 }],
    ['INFO', rates({}), { type: 'sample', rate: 0.2 }],
    ['WARN', rates({}), { type: 'sample', rate: 0.5 }],
    ['ERROR', rates({}), { type: 'keep' }],
    ['DEBUG', rates({ DEBUG: 0 }), { type: 'drop' }],
    ['INFO', rates({ INFO: 0 }), { type: 'drop' }],
    ['INFO', rates({ INFO: 1 }), { type: 'keep' }],
    ['WARN', rates({ WARNING: 1 }), { type: 'keep' }],
    ['DEBUG', policyWith({ full_fidelity_until: LATER }), { type: 'keep' }],
    ['WARN', policyWith({ boosts: boostOf(null, LATER) }), { type: 'keep' }],
    ['ERROR', policyWith({ global_rate: 0 }), { type: 'keep' }],
  ])('does with %s of %# as the policy says', (severity, policy, action) => {
    expect(documentOf(policy).rules.at(-1).config.actions[severity]).toEqual(action);
  });

  test.each([
    ['what patterns it cannot sample', sampling, 'go by their severity: p1 at 0.25: Stored order <*>'],
    ['patterns it cannot keep whole', policyOf('Paid <*>', 1), 'go by their severity: p1 at 1: Paid <*>'],
    ['locks it cannot keep', policyOf('Paid <*>', 0.1, { locks: { p1: 1 } }), 'p1 at 1: Paid <*>'],
    [
      'patterns that are only boosted',
      policyOf('Paid <*>', 0, { pattern_rates: {}, boosts: boostOf('p1', LATER) }),
      'p1 at {"DEBUG":',
    ],
    ['lines without a severity', sampling, 'count as INFO there (0.2), not by the rate for lines without one (0.4)'],
    ['levels that it does not know', sampling, 'critical or notice'],
    ['what drop rules cannot touch', dropping, 'is dropped by no pattern'],
    ['that lines are not stamped', sampling, 'not stamped with sample_rate'],
    ['that traces differ', sampling, 'other traces are kept'],
    ['what is left out', policyOf('<*>', 0), 'Left out: p1 <*>: '],
    ['first lines', sampling, '10 lines of each new signature'],
    ['a boost', policyWith({ boosts: boostOf(null, LATER) }), `until ${LATER} is baked in`],
    ['that it is for all services', policyOf('Paid <*>', 0, { service_name: '' }), 'the rules apply to all services'],
  ])('says %s', (_, policy, text) => {
    expect(documentOf(policy).about.join('\n')).toContain(text);
  });

  test.each([
    ['no rule for a pattern it can only sample', sampling, 1],
    ['no drop in full fidelity', policyOf('Paid <*>', 0, { full_fidelity_until: LATER }), 1],
    ['a drop where a boost multiplies nothing', policyOf('Paid <*>', 0, { boosts: boostOf('p1', LATER) }), 2],
  ])('makes %s', (_, policy, count) => {
    expect(documentOf(policy).rules).toHaveLength(count);
  });

  test('names rules within the length PostHog takes', () => {
    const { name } = documentOf(policyOf(`Stored ${'x'.repeat(400)} <*>`, 0)).rules[0];
    expect(name).toHaveLength(255);
  });

  test('is for every service when the policy names none', () => {
    expect(documentOf(policyWith({ service_name: '' })).rules[0].scope_service).toBeNull();
  });
});
