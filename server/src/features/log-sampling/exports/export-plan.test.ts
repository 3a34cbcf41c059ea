import { describe, expect, test } from 'vitest';
import { decimal, planExport } from './export-plan.ts';
import { boostOf, EARLIER, LATER, NOW_MS, policyOf, policyWith } from './testing/policy-with.ts';

const SEVERITIES = { DEBUG: 0.05, INFO: 0.2, WARNING: 0.5, NONE: 0.4 };
const all = (rate: number) => ({ DEBUG: rate, INFO: rate, WARNING: rate, NONE: rate });

describe('what an export decides', () => {
  test.each([
    ['a pattern rate', policyOf('Stored <*>', 0.1), all(0.1)],
    ['a lock over a pattern rate', policyOf('Stored <*>', 0.1, { locks: { p1: 0.7 } }), all(0.7)],
    ['a boost of the pattern', policyOf('Stored <*>', 0.1, { boosts: boostOf('p1', LATER) }), all(0.1 * 3)],
    ['a boost of the service', policyOf('Stored <*>', 0.1, { boosts: boostOf(null, LATER) }), all(0.1 * 3)],
    ['no boost that is over', policyOf('Stored <*>', 0.1, { boosts: boostOf('p1', EARLIER) }), all(0.1)],
    ['at most everything', policyOf('Stored <*>', 0.5, { boosts: boostOf('p1', LATER) }), all(1)],
    ['everything in full fidelity', policyOf('Stored <*>', 0.1, { full_fidelity_until: LATER }), all(1)],
    [
      'severities where a pattern is only boosted',
      policyOf('Stored <*>', 0.1, { pattern_rates: {}, boosts: boostOf('p1', LATER) }),
      { DEBUG: 0.05 * 3, INFO: 0.2 * 3, WARNING: 1, NONE: 1 },
    ],
  ])('has %s', (_, policy, rates) => {
    expect(planExport(policy, NOW_MS).rules).toMatchObject([{ id: 'p1', rates }]);
  });

  test('has the severities, and the global rate for lines without one', () => {
    expect(planExport(policyWith(), NOW_MS).rates).toEqual(SEVERITIES);
  });

  test('asks the most particular pattern first', () => {
    const templates = { p1: 'Stored <*>', p2: 'Stored order <*> of <*>', p3: 'Stored order <*>' };
    const patterns = Object.entries(templates).map(([id, template]) => [id, { template, signatures: [] }]);
    const policy = policyWith({ pattern_rates: { p1: 1, p2: 1, p3: 1 }, patterns: Object.fromEntries(patterns) });
    expect(planExport(policy, NOW_MS).rules.map(({ id }) => id)).toEqual(['p2', 'p3', 'p1']);
  });

  test.each([
    ['what it leaves out, by name', policyOf('<*> <*>', 0.1), 'Left out: p1 <*> <*>: it has hardly a word'],
    [
      'patterns that are not described',
      policyWith({ locks: { p9: 1 } }),
      'Left out: p9 : the policy does not describe',
    ],
    [
      'ids that no configuration can hold',
      policyWith({ locks: { 'a"b': 1 }, patterns: { 'a"b': { template: 'Stored <*>', signatures: [] } } }),
      'Left out: a"b Stored <*>: its id',
    ],
    [
      'the end of a boost',
      policyWith({ boosts: boostOf(null, LATER) }),
      `the whole service (rate_band) times 3 until ${LATER}`,
    ],
    [
      'the end of full fidelity',
      policyWith({ full_fidelity_until: LATER }),
      `Full fidelity until ${LATER} is baked in`,
    ],
    ['first lines', policyWith({ first_k: 4 }), '4 lines of each new signature'],
    ['locks', policyWith(), 'A lock is a pattern rate like any other here'],
    ['its origin', policyWith(), 'Policy version 3 of the service checkout'],
    ['no second line', policyWith({ service_name: 'a\nrm -rf' }), 'service a rm -rf'],
  ])('says %s', (_, policy, text) => {
    expect(planExport(policy, NOW_MS).notes.join('\n')).toContain(text);
  });

  test.each([
    [1, '1.0'],
    [0, '0.0'],
    [0.25, '0.25'],
    [1e-7, '0.0000001'],
  ])('writes %d as %s', (value, text) => {
    expect(decimal(value)).toBe(text);
  });
});
