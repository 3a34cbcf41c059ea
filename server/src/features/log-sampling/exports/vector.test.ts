import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { boostOf, LATER, NOW_MS, policyOf, policyWith } from './testing/policy-with.ts';
import { exportToVector } from './vector.ts';

type Policy = Parameters<typeof exportToVector>[0];

function textOf(policy: Policy): string {
  const [file] = exportToVector(policy, NOW_MS);
  return file?.text ?? '';
}

interface Transform {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly source: string;
  readonly condition: string;
}

function transformsOf(policy: Policy): Record<'weir_rate' | 'weir_dropped' | 'weir_sampled' | 'weir', Transform> {
  return parse(textOf(policy)).transforms;
}

const stored = policyOf('Stored order <*>', 0.25);
const unlocked = policyOf('Stored order <*>', 0.1, { pattern_rates: {}, boosts: boostOf('p1', LATER) });

describe('a policy for Vector', () => {
  test('is four transforms, one after the other', () => {
    const transforms = transformsOf(stored);
    expect(Object.entries(transforms).map(([name, { type, inputs }]) => [name, type, inputs])).toEqual([
      ['weir_rate', 'remap', ['logs']],
      ['weir_dropped', 'filter', ['weir_rate']],
      ['weir_sampled', 'sample', ['weir_dropped']],
      ['weir', 'remap', ['weir_sampled']],
    ]);
  });

  test('samples by the ratio on the line, never what is whole, and keeps what has no ratio', () => {
    expect(transformsOf(stored).weir_sampled).toEqual({
      type: 'sample',
      inputs: ['weir_dropped'],
      exclude: '.weir_ratio == 1.0 || !exists(.weir_ratio)',
      ratio_field: 'weir_ratio',
      ratio: 1,
      sample_rate_key: '',
    });
  });

  test('drops at rate 0 before sampling', () => {
    expect(transformsOf(stored).weir_dropped.condition).toBe('.weir_ratio != 0.0');
  });

  test.each([
    ['DEBUG', 'if class == "DEBUG" { ratio = 0.05 }'],
    ['INFO', 'if class == "INFO" { ratio = 0.2 }'],
    ['WARNING', 'if class == "WARNING" { ratio = 0.5 }'],
    ['no severity', 'if class == "NONE" { ratio = 0.4 }'],
    ['trace as debug', 'if includes(["TRACE","DEBUG"'],
    ['notice as info', '"NOTICE"'],
    ['what it cannot read', 'class = "KEEP"\n'],
    ['OpenTelemetry errors', '>= 17 { class = "KEEP" }'],
    ['exceptions', 'if !is_nullish(record.exception) { class = "KEEP" }'],
    ['error objects', 'if !is_nullish(record.err) { class = "KEEP" }'],
    ['keys with a dot', 'if !is_nullish(record."error.stack_trace") { class = "KEEP" }'],
    [
      'the level field over others',
      'if !is_nullish(record.level) { level = to_string(record.level) ?? "unreadable" }\n# Else',
    ],
    ['the message field over others', 'text = string(record.message) ?? text\nlevel = ""'],
    ['messages that are JSON', 'record = object(parse_json(text) ?? null) ?? .'],
    ['levels of text', `parse_regex(text, r'^(?P<level>[IWEF])\\d{4} \\d')`],
    [
      'the word first, then the pattern',
      `contains(text, "Stored") && match(text, r'^\\s*Stored\\s+order\\s+.+\\s*(?:\\n|\\z)')`,
    ],
    ['the id of the pattern', 'pattern = "p1"\n    if class != "KEEP" { ratio = 0.25 }'],
    ['one pattern only', 'if pattern == "" && contains('],
    ['patterns only of what is not kept', '# Patterns, the most particular first.\npattern = ""\nif class != "KEEP" {'],
    ['the ratio on the line', '.weir_ratio = ratio'],
    ['the pattern on the line', 'if pattern != "" { ."weir.pattern" = pattern }'],
  ])('knows %s', (_, text) => {
    expect(transformsOf(stored).weir_rate.source).toContain(text);
  });

  test('stamps what a line stands for and the version', () => {
    expect(transformsOf(stored).weir.source).toBe(
      '.sample_rate = 1.0 / (to_float(.weir_ratio) ?? 1.0) ?? 1.0\n."weir.policy_version" = 3\ndel(.weir_ratio)\n',
    );
  });

  test.each([
    ['rate 0', policyOf('Stored order <*>', 0), 'ratio = 0.0 }'],
    ['rate 1', policyOf('Stored order <*>', 1), 'ratio = 1.0 }'],
    ['a lock', policyOf('Stored order <*>', 0.1, { locks: { p1: 0.9 } }), 'ratio = 0.9 }'],
    ['full fidelity', policyWith({ full_fidelity_until: LATER }), 'if class != "KEEP" { ratio = 1.0 }'],
    ['a pattern that is only boosted', unlocked, '    if class == "WARNING" { ratio = 1.0 }'],
    ['quotes', policyOf('it\'s "<*>" here', 0.1), "r'^\\s*it\\\\?\\x27s\\s+\\\\?\\x22.+\\\\?\\x22\\s+here"],
    ['braces, which would be a template', policyOf('{{run}} <*>', 0.1), 'contains(text, "run")'],
    ['letters of all languages', policyOf('Größe <*>', 0.1), 'contains(text, "Größe")'],
  ])('takes %s', (_, policy, text) => {
    expect(transformsOf(policy).weir_rate.source).toContain(text);
  });

  test.each([
    ['variables of the environment in its comments', policyOf('cost $HOME <*>', 0.1), '# cost [$]HOME <*>'],
    ['that traces are not kept whole', stored, '# Lines of a trace do not share one fate here'],
    ['which Vector it needs', stored, '# For Vector 0.56 or newer'],
    ['what is left out', policyOf('<*>', 0.1), '# Left out: p1 <*>: '],
  ])('says %s', (_, policy, text) => {
    expect(textOf(policy)).toContain(text);
  });

  test('has no dollar that Vector would read', () => {
    const text = textOf(policyOf('cost $HOME ${X} <*>', 0.1));
    expect(text.replaceAll('[$]', '')).not.toContain('$');
  });
});
