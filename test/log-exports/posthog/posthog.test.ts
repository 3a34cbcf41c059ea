import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../log-event.ts';
import { evaluatePostHog } from './evaluate-posthog.ts';

const line = (message: string, severity?: string, attributes?: Record<string, unknown>): LogEvent => ({
  message,
  severity,
  attributes,
});
type Raw = Record<string, unknown>;

const rule = (rule_type: string, config: Raw, rest: Raw = {}): Raw => ({
  name: 'a rule',
  enabled: true,
  rule_type,
  config,
  ...rest,
});
const severity = (actions: Raw, rest: Raw = {}) => rule('severity_sampling', { actions }, rest);
const drop = (group: unknown, rest: Raw = {}) => rule('path_drop', { filter_group: group }, rest);
const and = (...values: Raw[]) => ({ type: 'AND', values });
const or = (...values: Raw[]) => ({ type: 'OR', values });
const message = (operator: string, value?: unknown) => ({ key: 'message', operator, value, type: 'log' });

function kept(rules: readonly Raw[], events: readonly LogEvent[]): boolean[] {
  return evaluatePostHog({ config: JSON.stringify(rules), events, service: 'shop' }).map((verdict) => verdict.kept);
}

describe('severity_sampling', () => {
  it.each([
    [
      'drop drops and keep keeps',
      { DEBUG: { type: 'drop' }, INFO: { type: 'keep' } },
      ['DEBUG', 'INFO'],
      [false, true],
    ],
    ['a severity without an action is kept', { DEBUG: { type: 'drop' } }, ['ERROR', 'WARN'], [true, true]],
    ['TRACE counts as DEBUG', { DEBUG: { type: 'drop' } }, ['TRACE'], [false]],
    ['FATAL counts as ERROR', { ERROR: { type: 'drop' } }, ['FATAL'], [false]],
    ['WARNING counts as WARN', { WARN: { type: 'drop' } }, ['WARNING'], [false]],
    ['another word goes by its number: CRITICAL is 21, so ERROR', { ERROR: { type: 'drop' } }, ['CRITICAL'], [false]],
    ['no severity counts as INFO', { INFO: { type: 'drop' } }, [undefined], [false]],
    ['a sample rate of 0 keeps nothing', { INFO: { type: 'sample', rate: 0 } }, ['INFO'], [false]],
  ])('%s', (_rule, actions, severities, expected) => {
    expect(
      kept(
        [severity(actions)],
        severities.map((one) => line('x', one)),
      ),
    ).toEqual(expected);
  });

  it('sample keeps its share of lines without a trace', () => {
    const events = Array.from({ length: 10_000 }, () => line('x', 'INFO'));
    const count = kept([severity({ INFO: { type: 'sample', rate: 0.2 } })], events).filter(Boolean).length;
    expect(Math.abs(count - 2_000)).toBeLessThan(150);
  });
  it('sample gives lines of one trace one fate', () => {
    const events = Array.from({ length: 300 }, (_, index) => ({
      ...line('x', 'INFO'),
      traceId: (1 + (index % 100)).toString(16).padStart(32, '0'),
    }));
    const result = kept([severity({ INFO: { type: 'sample', rate: 0.5 } })], events);
    expect(result.slice(0, 100)).toEqual(result.slice(100, 200));
    expect(new Set(result).size).toBe(2);
  });
});

describe('path_drop with a filter_group', () => {
  const errors = { key: 'severity_text', operator: 'is_not', value: ['error', 'fatal'], type: 'log' };

  it.each([
    [
      'regex finds its pattern anywhere in the message',
      and(message('regex', 'ping \\d+')),
      [line('a ping 1'), line('ping x')],
      [false, true],
    ],
    ['regex ignores case', and(message('regex', '^PING$')), [line('ping')], [false]],
    ['regex lets . match a newline', and(message('regex', 'a.b')), [line('a\nb')], [false]],
    ['regex can switch case back on', and(message('regex', '(?-i:PING)')), [line('ping'), line('PING')], [true, false]],
    ['not_regex drops what does not match', and(message('not_regex', 'a')), [line('a'), line('b')], [true, false]],
    ['icontains ignores case', and(message('icontains', 'PING')), [line('a ping')], [false]],
    [
      'exact compares all of it, ignoring case',
      and(message('exact', 'Ping')),
      [line('ping'), line('a ping')],
      [false, true],
    ],
    ['a list matches when one of it does', and(message('exact', ['a', 'b'])), [line('b'), line('c')], [false, true]],
    [
      'AND wants all, so errors can be spared',
      and(message('regex', 'a'), errors),
      [line('a', 'INFO'), line('a', 'ERROR'), line('a', 'FATAL')],
      [false, true, true],
    ],
    ['is_not does not match a missing severity', and(errors), [line('a')], [true]],
    ['a severity word that PostHog does not know stays as it was sent', and(errors), [line('a', 'CRITICAL')], [false]],
    [
      'OR wants any',
      or(message('exact', 'a'), message('exact', 'b')),
      [line('a'), line('b'), line('c')],
      [false, false, true],
    ],
    [
      'groups nest',
      and(or(message('exact', 'a'), message('exact', 'b')), errors),
      [line('b', 'INFO'), line('c', 'INFO')],
      [false, true],
    ],
    ['an empty group matches nothing', and(), [line('a')], [true]],
    ['a filter without a value matches nothing', and(message('regex')), [line('undefined')], [true]],
    [
      'attributes are found by type',
      and({ key: 'tier', operator: 'exact', value: 'free', type: 'log_attribute' }),
      [line('a', 'INFO', { tier: 'free' }), line('a')],
      [false, true],
    ],
    [
      'is_set matches what is there',
      and({ key: 'tier', operator: 'is_set', type: 'log_attribute' }),
      [line('a', 'INFO', { tier: 'x' }), line('a')],
      [false, true],
    ],
    [
      'gte compares numbers',
      and({ key: 'size', operator: 'gte', value: 10, type: 'log_attribute' }),
      [line('a', 'INFO', { size: 9 }), line('a', 'INFO', { size: 10 })],
      [true, false],
    ],
    [
      'level and severity_text are the same column',
      and({ key: 'level', operator: 'exact', value: 'info' }),
      [line('a', 'INFO')],
      [false],
    ],
    ['the service is a column', and({ key: 'service_name', operator: 'exact', value: 'shop' }), [line('a')], [false]],
  ])('%s', (_rule, group, events, expected) => {
    expect(kept([drop(group)], events)).toEqual(expected);
  });

  it('patterns match a path attribute, by case', () => {
    const rules = [rule('path_drop', { patterns: ['^/health'] })];
    expect(
      kept(rules, [
        line('a', 'INFO', { 'url.path': '/health/live' }),
        line('/health'),
        line('a', 'INFO', { path: '/Health' }),
      ]),
    ).toEqual([false, true, true]);
  });
  it('patterns match another attribute when match_attribute_key says so', () => {
    const rules = [rule('path_drop', { patterns: ['^probe'], match_attribute_key: 'agent' })];
    expect(kept(rules, [line('a', 'INFO', { agent: 'probe/1' }), line('a', 'INFO', { path: 'probe' })])).toEqual([
      false,
      true,
    ]);
  });
});

describe('the order of rules', () => {
  it('asks by priority, lowest first, and the first that decides wins', () => {
    const rules = [
      drop(and(message('exact', 'a')), { priority: 2 }),
      severity({ INFO: { type: 'keep' } }, { priority: 1 }),
    ];
    expect(kept(rules, [line('a', 'INFO')])).toEqual([true]);
  });
  it('a path_drop that does not match leaves the line to the next rule', () => {
    const rules = [drop(and(message('exact', 'a'))), severity({ INFO: { type: 'drop' } })];
    expect(kept(rules, [line('a', 'ERROR'), line('b', 'INFO'), line('b', 'ERROR')])).toEqual([false, false, true]);
  });
  it('nothing after a severity_sampling is asked', () => {
    const rules = [severity({}), drop(and(message('exact', 'a')))];
    expect(kept(rules, [line('a', 'INFO')])).toEqual([true]);
  });
  it('a rule that is not enabled is ignored, and that is the default', () => {
    const { enabled: _, ...off } = severity({ INFO: { type: 'drop' } });
    expect(kept([off], [line('a', 'INFO')])).toEqual([true]);
  });
  it('scope_service limits a rule to one service', () => {
    expect(kept([severity({ INFO: { type: 'drop' } }, { scope_service: 'other' })], [line('a', 'INFO')])).toEqual([
      true,
    ]);
    expect(kept([severity({ INFO: { type: 'drop' } }, { scope_service: 'shop' })], [line('a', 'INFO')])).toEqual([
      false,
    ]);
  });
  it('scope_path_pattern limits a rule to paths', () => {
    const rules = [severity({ INFO: { type: 'drop' } }, { scope_path_pattern: '^/api' })];
    expect(kept(rules, [line('a', 'INFO', { 'url.path': '/api/x' }), line('a', 'INFO')])).toEqual([false, true]);
  });
  it('keeps what no rule decides', () => {
    expect(kept([], [line('a')])).toEqual([true]);
  });
});

describe('always_keep', () => {
  const keeping = (always_keep: Raw) => [
    rule('severity_sampling', { actions: { INFO: { type: 'drop' } }, always_keep }),
  ];

  it.each([
    ['a status at or above status_gte', { status_gte: 500 }, { 'http.status_code': 500 }, true],
    ['not a status below', { status_gte: 500 }, { 'http.status_code': 499 }, false],
    ['a latency above latency_ms_gt', { latency_ms_gt: 100 }, { duration_ms: 100.5 }, true],
    ['not a latency that is equal', { latency_ms_gt: 100 }, { duration_ms: 100 }, false],
    ['an attribute that exists', { attribute_predicates: [{ key: 'vip', op: 'exists' }] }, { vip: '' }, true],
    [
      'an attribute that is equal',
      { attribute_predicates: [{ key: 'tier', op: 'eq', value: 'a' }] },
      { tier: 'a' },
      true,
    ],
    ['not a missing attribute by ne', { attribute_predicates: [{ key: 'tier', op: 'ne', value: 'a' }] }, {}, false],
  ])('keeps %s', (_what, always, attributes, expected) => {
    expect(kept(keeping(always), [line('x', 'INFO', attributes)])).toEqual([expected]);
  });
});

describe('rate_limit', () => {
  const at = (count: number, atSeconds: number) =>
    Array.from({ length: count }, () => ({ ...line('x', 'INFO'), atSeconds }));
  const limit = (config: Raw) => rule('rate_limit', config);

  it('lets a burst of three seconds pass, then its rate', () => {
    const result = kept([limit({ logs_per_second: 10 })], [...at(50, 0), ...at(50, 1)]);
    expect([result.slice(0, 50).filter(Boolean).length, result.slice(50).filter(Boolean).length]).toEqual([30, 10]);
  });
  it('a burst_logs at or above the rate sets the burst', () => {
    expect(kept([limit({ logs_per_second: 10, burst_logs: 12 })], at(50, 0)).filter(Boolean).length).toBe(12);
  });
  it('counts kilobytes when kb_per_second is set', () => {
    const big = Array.from({ length: 10 }, () => line('x'.repeat(1024), 'INFO'));
    expect(kept([limit({ kb_per_second: 1 })], big).filter(Boolean).length).toBe(3);
  });
  it('only counts lines that no other rule decides', () => {
    const rules = [limit({ logs_per_second: 1 }), severity({}, { priority: 9 })];
    expect(kept(rules, at(50, 0)).every(Boolean)).toBe(true);
  });
  it('a filter_group limits what it counts', () => {
    const rules = [limit({ logs_per_second: 1, filter_group: and(message('exact', 'other')) })];
    expect(kept(rules, at(50, 0)).every(Boolean)).toBe(true);
  });
});

describe('what is refused or named', () => {
  it.each([
    ['a pattern that RE2 does not take', [drop(and(message('regex', '(?=a)')))], 'no RE2'],
    ['an unknown operator', [drop(and(message('sounds_like', 'a')))], 'sounds_like'],
    ['an unknown rule type', [rule('pattern_sampling', {})], 'rule_type'],
    ['a rate outside 0..1', [severity({ INFO: { type: 'sample', rate: 2 } })], 'rate'],
    ['a rate_limit without a rate', [rule('rate_limit', {})], 'logs_per_second'],
    ['an unknown setting', [rule('path_drop', { sample_rate: 0.5 })], 'sample_rate'],
    [
      'a filter_group with more than 256 nodes',
      [drop(and(...Array.from({ length: 256 }, () => message('exact', 'a'))))],
      '256',
    ],
  ])('%s', (_what, rules, text) => {
    expect(() => kept(rules, [line('a')])).toThrow(text);
  });
});
