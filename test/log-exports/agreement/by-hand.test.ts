import { describe, expect, it } from 'vitest';
import { requires } from '../../support/optional.ts';
import { evaluateFluentBit } from '../fluent-bit/evaluate-fluent-bit.ts';
import type { LogEvent, Verdict } from '../log-event.ts';
import { evaluateOtel } from '../otel/evaluate-otel.ts';
import { evaluatePostHog } from '../posthog/evaluate-posthog.ts';
import { evaluateVector } from '../vector/evaluate-vector.ts';
import { compareWithSampler } from './compare-with-sampler.ts';
import { findDisagreements } from './disagreements.ts';
import { testLines, testPolicy } from './lines.ts';

/*
 * The control of the agreement test: the policy as somebody who read only the tools' documentation would write it. Where
 * this agrees with the sampler and an export does not, the export is wrong and not its evaluator.
 */

const LINES = testLines(20_000, 7);
const EVENTS = LINES.map(({ event }) => event);
const POLICY = testPolicy();
const RULES = Object.entries(POLICY.patterns).map(([id, { template }]) => ({
  regex: `^${template.split('<*>').map(escapeRegex).join('\\S+')}$`,
  lua: `^${template.split('<*>').map(escapeLua).join('%S+')}$`,
  rate: POLICY.locks[id] ?? POLICY.pattern_rates[id] ?? 1,
}));

/** A dollar as a class of its own: after a backslash it could still begin a variable of the configuration. */
function escapeRegex(text: string): string {
  return text.replaceAll(/[.\\+*?^{}()|[\]]/g, '\\$&').replaceAll('$', '[$]');
}
function escapeLua(text: string): string {
  return text.replaceAll(/[\^$()%.[\]*+\-?]/g, '%$&');
}
/** As a number that has a dot. */
function decimal(rate: number): string {
  return Number.isInteger(rate) ? rate.toFixed(1) : String(rate);
}

function disagreements(verdicts: readonly Verdict[], policy = POLICY): string[] {
  return findDisagreements(compareWithSampler(LINES, verdicts, policy));
}

describe('a policy written by hand', () => {
  it('for Vector agrees with the sampler', () => {
    const patterns = RULES.map(({ regex, rate }) => {
      // The first quote ends a literal, unless a backslash is before it.
      return `if match(message, r'${regex.replaceAll("'", "\\'")}') { .ratio = ${decimal(rate)} }`;
    });
    const config = `
transforms:
  rates:
    type: remap
    inputs: [logs]
    source: |
      message = string(.message) ?? ""
      severity = string(.severity) ?? ""
      if includes(["ERROR", "CRITICAL", "FATAL"], severity) { .ratio = 1.0 } else ${patterns.join(
        ' else ',
      )} else if includes(["DEBUG", "TRACE"], severity) { .ratio = 0.05 } else if severity == "INFO" { .ratio = 0.25 } else if includes(["WARN", "WARNING"], severity) { .ratio = 0.6 } else { .ratio = 0.4 }
  some: {type: filter, inputs: [rates], condition: '.ratio != 0.0'}
  sampled: {type: sample, inputs: [some], ratio: 1.0, ratio_field: ratio}
`;
    expect(disagreements(evaluateVector({ config, events: EVENTS }))).toEqual([]);
  });

  it('for the OpenTelemetry Collector agrees with the sampler', () => {
    const priority = (rate: number, condition: string) =>
      `set(log.attributes["p"], ${(rate * 100).toFixed(2)}) where ${condition}`;
    const statements = [
      priority(0.4, 'true'),
      priority(0.05, 'log.severity_number > 0 and log.severity_number < 9'),
      priority(0.25, 'log.severity_number >= 9 and log.severity_number < 13'),
      priority(0.6, 'log.severity_number >= 13 and log.severity_number < 17'),
      ...RULES.map(({ regex, rate }) => priority(rate, `IsMatch(log.body, ${JSON.stringify(regex)})`)),
      priority(1, 'log.severity_number >= SEVERITY_NUMBER_ERROR'),
    ];
    const processors = {
      transform: { log_statements: statements },
      filter: { logs: { log_record: ['attributes["p"] == 0'] } },
      probabilistic_sampler: { sampling_percentage: 100, sampling_priority: 'p', from_attribute: 'request_id' },
    };
    const service = { pipelines: { logs: { processors: Object.keys(processors) } } };
    expect(disagreements(evaluateOtel({ config: JSON.stringify({ processors, service }), events: EVENTS }))).toEqual(
      [],
    );
  });

  it('for PostHog, which has no rate of a pattern but 0, agrees with the sampler as far as it goes', () => {
    const notProtected = {
      type: 'OR',
      values: [
        { key: 'severity_text', operator: 'not_in', value: ['error', 'fatal', 'critical'], type: 'log' },
        { key: 'severity_text', operator: 'is_not_set', type: 'log' },
      ],
    };
    const drops = RULES.filter(({ rate }) => rate === 0).map(({ regex }) => {
      const message = { key: 'message', operator: 'regex', value: `(?-i:${regex})`, type: 'log' };
      const config = { filter_group: { type: 'AND', values: [message, notProtected] } };
      return { name: 'nothing of a pattern', enabled: true, rule_type: 'path_drop', config };
    });
    const sample = (rate: number) => ({ type: 'sample', rate });
    const actions = { DEBUG: sample(0.05), INFO: sample(0.25), WARN: sample(0.6) };
    const severities = { name: 'rates', enabled: true, rule_type: 'severity_sampling', config: { actions } };
    const verdicts = evaluatePostHog({ config: JSON.stringify([...drops, severities]), events: EVENTS });
    const possible = { ...POLICY, global_rate: 0.25, pattern_rates: { beat: 0 }, locks: {} };
    expect(disagreements(verdicts, possible)).toEqual([]);
    expect(disagreements(verdicts).length).toBeGreaterThan(10);
  });
});

requires('luajit')('a policy written by hand', () => {
  const script = (protectedSeverities: string) => `
local patterns = { ${RULES.map(({ lua, rate }) => `{${JSON.stringify(lua)}, ${rate}}`).join(', ')} }
local severities = { DEBUG = 0.05, TRACE = 0.05, INFO = 0.25, WARN = 0.6, WARNING = 0.6 }
local protected = { ${protectedSeverities} }
function weir(tag, timestamp, record)
  if protected[record.severity] then return 0, timestamp, record end
  local rate = severities[record.severity] or 0.4
  for _, pattern in ipairs(patterns) do
    if string.find(record.message, pattern[1]) then rate = pattern[2] break end
  end
  if math.random() >= rate then return -1, timestamp, record end
  record.sample_rate = 1 / rate
  return 2, timestamp, record
end`;
  const run = (code: string, events: readonly LogEvent[]) =>
    evaluateFluentBit({
      config: '[FILTER]\n    Name lua\n    Match *\n    Script weir.lua\n    Call weir\n',
      files: { 'weir.lua': code },
      events,
    });

  it('for Fluent Bit agrees with the sampler', () => {
    const verdicts = run(script('ERROR = true, CRITICAL = true, FATAL = true'), EVENTS);
    expect(disagreements(verdicts)).toEqual([]);
    expect(new Set(verdicts.map((verdict) => verdict.record?.sample_rate))).toEqual(
      new Set([undefined, 1, 50, 10, 5, 20, 4, 2.5, 1 / 0.3, 1 / 0.35, 1 / 0.6, 1 / 0.7]),
    );
  });

  it('is found to disagree when it forgets FATAL', () => {
    const found = disagreements(run(script('ERROR = true, CRITICAL = true'), EVENTS));
    expect(found.length).toBeGreaterThan(5);
    expect(found.every((one) => one.includes('at FATAL'))).toBe(true);
  });
});
