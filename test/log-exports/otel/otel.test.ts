import { describe, expect, it } from 'vitest';
import type { LogEvent, Verdict } from '../log-event.ts';
import { evaluateOtel } from './evaluate-otel.ts';

const line = (message: string, severity?: string, rest: Partial<LogEvent> = {}): LogEvent => ({
  message,
  severity,
  ...rest,
});
const traceId = (index: number) =>
  ((BigInt(index) * 0x9e3779b97f4a7c15f39cc0605cedc835n) % 2n ** 128n).toString(16).padStart(32, '0');
const traced = (count: number, attributes = {}) =>
  Array.from({ length: count }, (_, index) => line('x', 'INFO', { traceId: traceId(index + 1), attributes }));

function pipeline(processors: Record<string, unknown>, order = Object.keys(processors)): string {
  return JSON.stringify({
    processors,
    service: { pipelines: { logs: { receivers: ['in'], processors: order, exporters: ['out'] } } },
  });
}
function run(processors: Record<string, unknown>, events: readonly LogEvent[]): Verdict[] {
  return evaluateOtel({ config: pipeline(processors), events });
}
function keptCount(processors: Record<string, unknown>, events: readonly LogEvent[]): number {
  return run(processors, events).filter((verdict) => verdict.kept).length;
}
function transformed(statement: string, event = line('GET /a 200', 'WARN')): unknown {
  const [verdict] = run({ transform: { log_statements: [statement] } }, [event]);
  return (verdict?.record?.attributes as Record<string, unknown>)?.x;
}
const where = (condition: string, event?: LogEvent) =>
  transformed(`set(log.attributes["x"], true) where ${condition}`, event) === true;

describe('OTTL conditions as documented', () => {
  it.each([
    ['IsMatch finds a pattern anywhere', 'IsMatch(log.body, "/a")', true],
    ['IsMatch anchors only where the pattern does', 'IsMatch(log.body, "^/a")', false],
    ['a string literal halves its backslashes', 'IsMatch(log.body, "\\\\d{3}$")', true],
    ['IsMatch of nil is false', 'IsMatch(log.attributes["nope"], ".*")', false],
    ['severity_number is a number', 'log.severity_number >= 13 and log.severity_number < 17', true],
    ['severity numbers have names', 'log.severity_number == SEVERITY_NUMBER_WARN', true],
    ['severity_text is compared by case', 'log.severity_text == "warn"', false],
    ['a missing attribute is nil', 'log.attributes["nope"] == nil', true],
    ['values of different kinds are not equal', 'log.severity_number == "13"', false],
    ['integers and floats compare as numbers', 'log.severity_number == 13.0', true],
    ['and binds stronger than or', 'true or false and false', true],
    ['not binds strongest', 'not false and false', false],
    ['parentheses group', '(true or false) and false', false],
    ['not works on groups', 'not (IsMatch(log.body, "GET") and log.severity_number > 13)', true],
    ['a trace id that is absent is an empty string', 'log.trace_id.string == ""', true],
    ['* binds stronger than +', '1 + 2 * 3 == 7', true],
    ['division of integers gives an integer', '7 / 2 == 3', true],
    ['HasPrefix is not a pattern', 'HasPrefix(log.body, "GET /")', true],
  ])('%s', (_rule, condition, expected) => {
    expect(where(condition)).toBe(expected);
  });

  it.each([
    ['a pattern that RE2 does not take', 'IsMatch(log.body, "(?=a)")', 'no RE2'],
    ['an escape that Go does not know', 'IsMatch(log.body, "\\d")', 'Go does not know'],
    ['a path without its context', 'body == "x"', 'log.body'],
    ['a number with an exponent but no dot', 'log.severity_number > 1e3', 'unexpected e'],
    ['a path alone as a condition', 'log.body', 'no condition'],
    ['an unknown converter, by name', 'ExtractPatterns(log.body, "a") == nil', 'ExtractPatterns'],
    ['an unknown path, by name', 'log.flags == 1', 'flags'],
  ])('refuses or names %s', (_what, condition, message) => {
    expect(() => where(condition)).toThrow(message);
  });
});

describe('the transform processor', () => {
  it('set writes a value, ints and floats apart', () => {
    expect(transformed('set(log.attributes["x"], 12.5)')).toBe(12.5);
  });
  it('set with nil does nothing', () => {
    expect(
      transformed('set(log.attributes["x"], log.attributes["nope"])', line('a', 'INFO', { attributes: { x: 1 } })),
    ).toBe(1);
  });
  it('statements run in order, later ones see what earlier ones wrote', () => {
    const statements = ['set(log.attributes["x"], 1)', 'set(log.attributes["x"], 2) where log.attributes["x"] == 1'];
    expect(run({ transform: { log_statements: statements } }, [line('a')])[0]?.record?.attributes).toEqual({ x: 2 });
  });
  it('a group names its context, so that paths need not; its conditions are joined by or', () => {
    const group = {
      context: 'log',
      conditions: ['severity_number == 9', 'body == "b"'],
      statements: ['set(attributes["x"], true)'],
    };
    const verdicts = run({ transform: { log_statements: [group] } }, [line('a', 'INFO'), line('b'), line('c')]);
    expect(verdicts.map((verdict) => verdict.record?.attributes)).toEqual([{ x: true }, { x: true }, {}]);
  });
  it('error_mode defaults to ignore: the next statement runs', () => {
    const statements = ['set(log.attributes["y"], 1 / 0)', 'set(log.attributes["x"], 1)'];
    expect(run({ transform: { log_statements: statements } }, [line('a')])[0]?.record?.attributes).toEqual({ x: 1 });
  });
  it('error_mode propagate loses the record', () => {
    const config = { error_mode: 'propagate', log_statements: ['set(log.attributes["y"], 1 / 0)'] };
    expect(keptCount({ transform: config }, [line('a')])).toBe(0);
  });
  it('delete_key removes a key', () => {
    const statements = ['delete_key(log.attributes, "x")'];
    expect(
      run({ transform: { log_statements: statements } }, [line('a', 'INFO', { attributes: { x: 1 } })])[0]?.record
        ?.attributes,
    ).toEqual({});
  });
});

describe('the filter processor', () => {
  it('drops what any condition matches', () => {
    const filter = { logs: { log_record: ['severity_number < 9 and severity_number > 0', 'IsMatch(body, "^ping")'] } };
    const kept = run({ filter }, [line('a', 'DEBUG'), line('ping 1', 'ERROR'), line('b', 'INFO'), line('c')]);
    expect(kept.map((verdict) => verdict.kept)).toEqual([false, false, true, true]);
  });
  it('refuses conditions that are nowhere', () => {
    expect(() => run({ filter: {} }, [])).toThrow('without conditions');
  });
});

describe('the probabilistic_sampler processor for logs', () => {
  const sampler = (rest: object) => ({ probabilistic_sampler: { sampling_percentage: 25, ...rest } });
  const near = (count: number, expected: number) =>
    expect(Math.abs(count - expected)).toBeLessThan(expected * 0.1 + 20);

  it('hash_seed is the default mode and keeps the percentage of trace ids', () => {
    near(keptCount(sampler({}), traced(8_000)), 2_000);
  });
  it('proportional keeps by the last 56 bits of the trace id', () => {
    const events = ['40000000000000', '3fffffffffffff', 'c0000000000000', 'bfffffffffffff'].map((tail) =>
      line('x', 'INFO', { traceId: `${'a'.repeat(18)}${tail}` }),
    );
    const kept = run(sampler({ mode: 'proportional' }), events);
    expect(kept.map((verdict) => verdict.kept)).toEqual([false, false, true, false]);
  });
  it('stamps the threshold: 25 % is c', () => {
    const verdicts = run(sampler({ mode: 'proportional' }), [line('x', 'INFO', { traceId: 'f'.repeat(32) })]);
    expect(verdicts[0]?.record?.attributes).toEqual({ 'sampling.threshold': 'c' });
  });
  it('stamps the randomness too where it came from a hash', () => {
    const kept = run(sampler({ sampling_percentage: 100 }), traced(1));
    expect(kept[0]?.record?.attributes).toMatchObject({
      'sampling.threshold': '0',
      'sampling.randomness': expect.stringMatching(/^[0-9a-f]{14}$/),
    });
  });
  it('lines of one trace share one fate, and a higher percentage keeps what a lower one keeps', () => {
    const events = traced(2_000);
    const low = run(sampler({}), events);
    const high = run(sampler({ sampling_percentage: 60 }), events);
    expect(low.every((verdict, index) => !verdict.kept || high[index]?.kept)).toBe(true);
  });
  it('fail_closed defaults to true: a line without randomness is refused', () => {
    expect(keptCount(sampler({ sampling_percentage: 100 }), [line('x')])).toBe(0);
  });
  it('fail_closed false lets a line without randomness pass', () => {
    expect(keptCount(sampler({ fail_closed: false }), [line('x')])).toBe(1);
  });
  it('from_attribute gives the randomness where the trace id is absent', () => {
    const events = Array.from({ length: 8_000 }, (_, index) =>
      line('x', 'INFO', { attributes: { id: `id-${index}` } }),
    );
    near(keptCount(sampler({ from_attribute: 'id' }), events), 2_000);
  });
  it('from_attribute is not used where there is a trace id, unless attribute_source is record', () => {
    const events = Array.from({ length: 4_000 }, (_, index) =>
      line('x', 'INFO', { traceId: traceId(7), attributes: { id: `${index}` } }),
    );
    expect([0, 4_000]).toContain(keptCount(sampler({ from_attribute: 'id' }), events));
    near(keptCount(sampler({ from_attribute: 'id', attribute_source: 'record' }), events), 1_000);
  });
  it('a priority is a percentage that replaces sampling_percentage, float or int', () => {
    const events = [...traced(8_000, { p: 50 }), ...traced(8_000, { p: 0.5 })];
    const kept = run(sampler({ sampling_priority: 'p' }), events).map((verdict) => verdict.kept);
    near(kept.slice(0, 8_000).filter(Boolean).length, 4_000);
    near(kept.slice(8_000).filter(Boolean).length, 40);
  });
  it('a priority of 100 keeps even what has no randomness', () => {
    expect(keptCount(sampler({ sampling_priority: 'p' }), [line('x', 'ERROR', { attributes: { p: 100 } })])).toBe(1);
  });
  it('a line without the priority attribute, or with text in it, takes sampling_percentage', () => {
    near(keptCount(sampler({ sampling_priority: 'p' }), [...traced(4_000), ...traced(4_000, { p: '90' })]), 2_000);
  });
  it('a percentage of 0 rejects all', () => {
    expect(keptCount(sampler({ sampling_percentage: 0, fail_closed: false }), traced(500))).toBe(0);
  });
  it('a line that carries a threshold is an error for hash_seed, refused by fail_closed', () => {
    expect(keptCount(sampler({ sampling_percentage: 100 }), traced(10, { 'sampling.threshold': '8' }))).toBe(0);
  });
  it('equalizing leaves a line alone that was sampled harder before', () => {
    const event = line('x', 'INFO', { traceId: 'f'.repeat(32), attributes: { 'sampling.threshold': 'f' } });
    expect(run(sampler({ mode: 'equalizing' }), [event])[0]?.record?.attributes).toEqual({ 'sampling.threshold': 'f' });
  });
  it('another hash_seed chooses other traces', () => {
    const events = traced(2_000);
    const one = run(sampler({}), events).map((verdict) => verdict.kept);
    const other = run(sampler({ hash_seed: 22 }), events).map((verdict) => verdict.kept);
    expect(one).not.toEqual(other);
  });
  it.each([
    ['priority 0', { sampling_priority: 'p' }, { p: 0 }],
    ['a priority above 100', { sampling_priority: 'p' }, { p: 150 }],
    ['a priority beside sampling_percentage 0', { sampling_percentage: 0, sampling_priority: 'p' }, { p: 50 }],
  ])('names what documentation and program disagree on: %s', (_what, rest, attributes) => {
    expect(() => run(sampler(rest), traced(1, attributes))).toThrow('its documentation keeps');
  });
  it('refuses a precision outside 1..14 and unknown options', () => {
    expect(() => run(sampler({ sampling_precision: 15 }), [])).toThrow('sampling_precision');
    expect(() => run(sampler({ percentage: 15 }), [])).toThrow('percentage');
  });
});

describe('the pipeline', () => {
  it('runs the processors in the order of the service, not of their definitions', () => {
    const processors = {
      filter: { logs: { log_record: ['attributes["x"] == true'] } },
      transform: { log_statements: ['set(log.attributes["x"], true)'] },
    };
    const kept = (order: string[]) =>
      evaluateOtel({ config: pipeline(processors, order), events: [line('a')] })[0]?.kept;
    expect([kept(['filter', 'transform']), kept(['transform', 'filter'])]).toEqual([true, false]);
  });
  it('reads $$ as one dollar, so that $$ at the end of a pattern loses the anchor', () => {
    expect(transformed('set(log.attributes["x"], "a$$b")')).toBe('a$b');
    expect(where('IsMatch(log.body, "200$")')).toBe(true);
    expect(where('IsMatch(log.body, "[$]$")', line('5$'))).toBe(true);
  });
  it.each(['${env:A}', '$A'])('names %s', (text) => {
    expect(() => transformed(`set(log.attributes["x"], "${text}")`)).toThrow('variable');
  });
  it('refuses a processor that is not configured', () => {
    expect(() => evaluateOtel({ config: pipeline({}, ['filter']), events: [] })).toThrow('filter');
  });
  it('names processor types that it does not know', () => {
    expect(() => run({ 'logdedup/a': {} }, [])).toThrow('logdedup');
  });
});
