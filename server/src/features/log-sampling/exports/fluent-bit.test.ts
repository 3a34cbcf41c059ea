import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { exportToFluentBit } from './fluent-bit.ts';
import { boostOf, LATER, NOW_MS, policyOf, policyWith } from './testing/policy-with.ts';

type Policy = Parameters<typeof exportToFluentBit>[0];

function scriptOf(policy: Policy): string {
  const file = exportToFluentBit(policy, NOW_MS).find(({ name }) => name === 'weir-sampling.lua');
  return file?.text ?? '';
}

const stored = policyOf('Stored order <*>', 0.25);
const unlocked = policyOf('Stored order <*>', 0.1, { pattern_rates: {}, boosts: boostOf('p1', LATER) });

describe('a policy for Fluent Bit', () => {
  test('is a script and the filter that calls it', () => {
    const [, filter] = exportToFluentBit(stored, NOW_MS);
    expect(filter?.name).toBe('weir-fluent-bit.yaml');
    expect(parse(filter?.text ?? '')).toEqual({
      pipeline: {
        filters: [{ name: 'lua', match: '*', script: 'weir-sampling.lua', call: 'weir_sample', protected_mode: true }],
      },
    });
  });

  test.each([
    ['the version', 'local POLICY_VERSION = 3\n'],
    ['rates by severity', 'local RATES = { DEBUG = 0.05, INFO = 0.2, WARNING = 0.5, NONE = 0.4 }\n'],
    ['a pattern', '  { "p1", { ALL = 0.25 }, { "Stored order ", "" }, "Stored", false },\n'],
    ['trace as debug', '  ["TRACE"] = "DEBUG",\n'],
    ['notice as info', '  ["NOTICE"] = "INFO",\n'],
    ['warn', '  ["WARN"] = "WARNING",\n'],
    ['numbers of pino', '  ["30"] = "INFO",\n'],
    ['numbers of OpenTelemetry', '  ["13"] = "WARNING",\n'],
    ['keys of messages', 'local MESSAGE_KEYS = { "message", "msg", "body"'],
    ['keys of levels', 'local LEVEL_KEYS = { "level", "severity"'],
    ['keys of exceptions', 'local EXCEPTION_KEYS = { "err", "exception"'],
    ['errors before everything else', '>= 17 then return 1, nil, trace_id end'],
    ['dropping', 'return -1, timestamp, record'],
    ['keeping the time as it was', 'return 2, timestamp, record'],
    ['keeping what it fails on', 'if not ok then return 0, timestamp, record end'],
    ['what a line stands for', 'record["sample_rate"] = 1 / rate'],
    ['the stamp of the version', 'record["weir.policy_version"] = POLICY_VERSION'],
    ['the stamp of the pattern', 'record["weir.pattern"] = pattern'],
    ['traces, by their last 56 bits', 'trace_id:sub(-14, -8), 16), tonumber(trace_id:sub(-7), 16)'],
    ['that the first K cannot be', '-- 10 lines of each new signature'],
  ])('has %s', (_, text) => {
    expect(scriptOf(stored)).toContain(text);
  });

  test.each(['ERROR', 'FATAL', 'CRITICAL', '0', '3', '17', '50', '60'])('has no rate for level %s', (level) => {
    expect(scriptOf(stored)).not.toContain(`["${level}"] =`);
  });

  test.each([
    ['rate 0', policyOf('Stored <*>', 0), '{ "p1", { ALL = 0.0 }, { "Stored ", "" }, "Stored", false }'],
    ['rate 1', policyOf('Stored <*>', 1), '{ ALL = 1.0 }, { "Stored "'],
    ['a lock', policyOf('Stored <*>', 0.1, { locks: { p1: 0.9 } }), '{ ALL = 0.9 }'],
    ['full fidelity', policyWith({ full_fidelity_until: LATER }), 'local RATES = { ALL = 1.0 }'],
    ['a pattern that is only boosted', unlocked, 'WARNING = 1.0, NONE = 1.0 }, { "Stored order "'],
    ['variables on both sides', policyOf('<*> INFO <*> ms', 0.1), '{ "", " INFO ", " ms" }, "INFO"'],
    ['quotes', policyOf('said "<*>" twice', 0.1), '{ "said \\"", "\\" twice" }, "twice"'],
    ['backslashes', policyOf('from c:\\logs <*>', 0.1), '{ "from c:\\\\logs ", "" }'],
    ['signs of Lua patterns as text', policyOf('done 100% [x] <*>', 0.1), '{ "done 100% [x] ", "" }'],
    ['two dashes, which would be a comment', policyOf('gone -- <*>', 0.1), '{ "gone - ", "" }'],
    ['an end that is open', policyOf(`Very ${'long '.repeat(400)}<*>`, 0.1), '", "" }, "Very", true }'],
    ['what is left out', policyOf('<*>', 0.1), '-- Left out: p1 <*>: '],
  ])('takes %s', (_, policy, text) => {
    expect(scriptOf(policy)).toContain(text);
  });
});
