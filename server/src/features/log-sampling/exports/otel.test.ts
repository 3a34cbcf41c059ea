import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { exportToOtel } from './otel.ts';
import { boostOf, LATER, NOW_MS, policyOf, policyWith } from './testing/policy-with.ts';

type Policy = Parameters<typeof exportToOtel>[0];

function textOf(policy: Policy): string {
  const [file] = exportToOtel(policy, NOW_MS);
  return file?.text ?? '';
}

function statementsOf(policy: Policy): string[] {
  return parse(textOf(policy)).processors['transform/weir'].log_statements;
}

const stored = policyOf('Stored order <*>', 0.25);
const unlocked = policyOf('Stored order <*>', 0.1, { pattern_rates: {}, boosts: boostOf('p1', LATER) });
const PRIORITY = 'log.attributes["sampling.priority"]';
const PATTERN = 'log.attributes["weir.pattern"]';
const CLASS = 'log.cache["class"]';
const TEXT = 'log.cache["text"]';
const STORED = '^\\\\s*Stored\\\\s+order\\\\s+.+\\\\s*(?:\\\\n|\\\\z)';

describe('a policy for the OpenTelemetry Collector', () => {
  test('is four processors in their order', () => {
    const { processors, service } = parse(textOf(stored));
    const names = ['transform/weir', 'filter/weir', 'probabilistic_sampler/weir', 'transform/weir_done'];
    expect([Object.keys(processors), service]).toEqual([names, { pipelines: { logs: { processors: names } } }]);
  });

  test('samples by the percentage on the record and lets pass what it cannot decide', () => {
    expect(parse(textOf(stored)).processors['probabilistic_sampler/weir']).toEqual({
      mode: 'proportional',
      sampling_percentage: 0.0001,
      sampling_priority: 'sampling.priority',
      sampling_precision: 14,
      fail_closed: false,
    });
  });

  test('drops at rate 0 before sampling, and removes the percentage after it', () => {
    const { processors } = parse(textOf(stored));
    expect(processors['filter/weir']).toEqual({
      error_mode: 'ignore',
      logs: { log_record: ['attributes["sampling.priority"] == 0.0'] },
    });
    expect(processors['transform/weir_done'].log_statements).toEqual([
      'delete_key(log.attributes, "sampling.priority")',
    ]);
  });

  test('keeps everything first of all', () => {
    expect(statementsOf(stored)[0]).toBe(`set(${PRIORITY}, 100.0)`);
  });

  test.each([
    `set(${TEXT}, log.body.string)`,
    `set(${TEXT}, log.body["message"]) where IsMap(log.body) and IsString(log.body["message"])`,
    `set(${CLASS}, "KEEP")`,
    `set(${CLASS}, "DEBUG") where log.severity_number >= 1 and log.severity_number <= 8`,
    `set(${CLASS}, "INFO") where log.severity_number >= 9 and log.severity_number <= 12`,
    `set(${CLASS}, "WARNING") where log.severity_number >= 13 and log.severity_number <= 16`,
    `set(${CLASS}, "KEEP") where log.severity_number >= 17`,
    'set(log.cache["level"], log.severity_text) where log.severity_number == 0',
    `set(${CLASS}, "NONE") where log.severity_number == 0 and log.cache["level"] == ""`,
    `set(${CLASS}, "KEEP") where log.attributes["exception.type"] != nil`,
    `set(${CLASS}, "KEEP") where log.attributes["exception.stacktrace"] != nil`,
    `set(${CLASS}, "KEEP") where log.attributes["err"] != nil`,
    `set(${CLASS}, "KEEP") where resource.attributes["service.name"] != nil and resource.attributes["service.name"] != "checkout"`,
    `set(${PRIORITY}, 5.0) where ${CLASS} == "DEBUG" and ${PATTERN} == "" and ${CLASS} != "KEEP"`,
    `set(${PRIORITY}, 20.0) where ${CLASS} == "INFO" and ${PATTERN} == "" and ${CLASS} != "KEEP"`,
    `set(${PRIORITY}, 50.0) where ${CLASS} == "WARNING" and ${PATTERN} == "" and ${CLASS} != "KEEP"`,
    `set(${PRIORITY}, 40.0) where ${CLASS} == "NONE" and ${PATTERN} == "" and ${CLASS} != "KEEP"`,
    `set(${PATTERN}, "p1") where ${PATTERN} == "" and ${CLASS} != "KEEP" and IsMatch(${TEXT}, "Stored") and IsMatch(${TEXT}, "${STORED}")`,
    `set(${PRIORITY}, 25.0) where ${PATTERN} == "p1"`,
    `delete_key(log.attributes, "weir.pattern") where ${PATTERN} == ""`,
    'set(log.attributes["sampling.randomness"], Substring(SHA256(UUID()), 0, 14)) where log.trace_id == TraceID(0x00000000000000000000000000000000) and log.attributes["sampling.randomness"] == nil',
    `set(log.attributes["sample_rate"], 100.0 / ${PRIORITY}) where ${PRIORITY} > 0.0`,
    'set(log.attributes["weir.policy_version"], 3)',
  ])('says %s', (statement) => {
    expect(statementsOf(stored)).toContain(statement);
  });

  test.each([
    ['rate 0', policyOf('Stored <*>', 0), `set(${PRIORITY}, 0.0) where ${PATTERN} == "p1"`],
    ['rate 1', policyOf('Stored <*>', 1), `set(${PRIORITY}, 100.0) where ${PATTERN} == "p1"`],
    [
      'a rate without its rounding error',
      policyOf('Stored <*>', 0.07),
      `set(${PRIORITY}, 7.0) where ${PATTERN} == "p1"`,
    ],
    ['a lock', policyOf('Stored <*>', 0.1, { locks: { p1: 0.9 } }), `set(${PRIORITY}, 90.0) where ${PATTERN} == "p1"`],
    [
      'full fidelity',
      policyWith({ full_fidelity_until: LATER }),
      `set(${PRIORITY}, 100.0) where ${PATTERN} == "" and ${CLASS} != "KEEP"`,
    ],
    [
      'a pattern that is only boosted',
      unlocked,
      `set(${PRIORITY}, 15.0) where ${CLASS} == "DEBUG" and ${PATTERN} == "p1"`,
    ],
  ])('takes %s', (_, policy, statement) => {
    expect(statementsOf(policy)).toContain(statement);
  });

  test('guards errors before it looks for patterns', () => {
    const statements = statementsOf(stored);
    const guard = statements.findLastIndex((one) => one.startsWith(`set(${CLASS}, "KEEP")`));
    expect(guard).toBeLessThan(statements.findIndex((one) => one.startsWith(`set(${PATTERN}, "p1")`)));
  });

  test('asks for no service when the policy names none', () => {
    expect(statementsOf(policyOf('Stored <*>', 0.1, { service_name: '' })).join('\n')).not.toContain('service.name');
  });

  test('has no dollar that the collector would read', () => {
    const { processors } = parse(textOf(policyOf('cost $HOME ${X} <*>', 0.1)));
    expect(JSON.stringify(processors)).not.toContain('$');
  });
});
