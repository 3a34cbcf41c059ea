import { describe, expect, it } from 'vitest';
import { Sampler } from '../sampler.ts';
import { samplePolicy } from '../testing/sample-policy.ts';
import { winstonFormat } from './winston.ts';

const LEVEL = Symbol.for('level');
const NONE = { DEBUG: 0, INFO: 0, WARNING: 0, ERROR: 1, CRITICAL: 1 };
const format = (policy: object) =>
  winstonFormat(new Sampler({ policy: { ...samplePolicy, first_k: 0, global_rate: 0, ...policy } }));

// winston's own protocol: a format gets the info and answers with it, or with false to drop the line.
describe('the winston format', () => {
  it.each(['silly', 'debug', 'verbose', 'http', 'info', 'warn', 'notice', 'warning'])('samples %s', (level) => {
    expect(format({ severity_rates: NONE }).transform({ level, message: 'Stored' })).toBe(false);
  });

  it.each(['error', 'crit', 'alert', 'emerg', 'custom'])('keeps %s', (level) => {
    expect(format({ severity_rates: NONE }).transform({ level, message: 'x' })).toMatchObject({ sample_rate: 1 });
  });

  it('keeps exceptions and reads the level that no format coloured', () => {
    const { transform } = format({ severity_rates: NONE });
    expect(transform({ level: 'info', message: 'x', stack: 'Error: x' })).toBeTruthy();
    expect(transform({ level: 'info', message: new Error('x') })).toBeTruthy();
    expect(transform({ level: '\u001b[32merror\u001b[39m', [LEVEL]: 'info', message: 'x' })).toBe(false);
  });

  it('stamps the info it was given', () => {
    const info = { level: 'info', message: 'Stored 7', trace_id: 'f'.repeat(32) };
    expect(format({}).transform(info)).toBe(info);
    expect(info).toMatchObject({ sample_rate: 5, 'weir.policy_version': 3 });
  });

  it('keeps what it cannot read', () => {
    const message = { toString: () => Number.NaN.toFixed(200) };
    expect(format({ severity_rates: NONE }).transform({ level: 'info', message })).toBeTruthy();
  });
});
