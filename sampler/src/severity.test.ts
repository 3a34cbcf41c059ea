import { LOG_SEVERITIES } from '@weir/contract';
import { describe, expect, it } from 'vitest';
import { isProtected, type Severity, severityOf } from './severity.ts';

describe('the severity of a line', () => {
  it.each<[unknown, Severity | undefined]>([
    ['trace', 'DEBUG'],
    ['Notice', 'INFO'],
    ['warn', 'WARNING'],
    [' ERR ', 'ERROR'],
    ['error2', 'ERROR'],
    ['FATAL4', 'CRITICAL'],
    ['emerg', 'CRITICAL'],
    ['panic', 'CRITICAL'],
    ['alert', 'CRITICAL'],
    ['E', 'ERROR'],
    ['audit', 'UNKNOWN'],
    [{}, 'UNKNOWN'],
    [true, 'UNKNOWN'],
    [Number.NaN, 'UNKNOWN'],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('%j is %s', (level, severity) => {
    expect(severityOf(level)).toBe(severity);
  });

  it.each<[number | string, Severity, 'pino' | 'python' | 'otel' | 'syslog']>([
    [10, 'DEBUG', 'pino'],
    [30, 'INFO', 'pino'],
    [35, 'INFO', 'pino'],
    ['40', 'WARNING', 'pino'],
    [50, 'ERROR', 'pino'],
    [99, 'CRITICAL', 'pino'],
    [20, 'INFO', 'python'],
    [30, 'WARNING', 'python'],
    [40, 'ERROR', 'python'],
    [50, 'CRITICAL', 'python'],
    [1, 'DEBUG', 'otel'],
    [9, 'INFO', 'otel'],
    [16, 'WARNING', 'otel'],
    [17, 'ERROR', 'otel'],
    [24, 'CRITICAL', 'otel'],
    [0, 'CRITICAL', 'syslog'],
    [3, 'ERROR', 'syslog'],
    [4, 'WARNING', 'syslog'],
    [5, 'INFO', 'syslog'],
    [7, 'DEBUG', 'syslog'],
  ])('%j is %s to %s', (level, severity, scale) => {
    expect(severityOf(level, scale)).toBe(severity);
  });

  it('protects errors, what is above, and what nobody can read', () => {
    const severities: (Severity | undefined)[] = [...LOG_SEVERITIES, 'UNKNOWN', undefined];
    expect(severities.filter(isProtected)).toEqual(['ERROR', 'CRITICAL', 'UNKNOWN']);
  });
});
