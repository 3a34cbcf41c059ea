import { shapeOf } from '@weir/sampler/signature';
import { expect, test } from 'vitest';
import { readSeverity, severityOf } from './read-severity.ts';

test.each([
  ['2026-01-01 12:00:00,123 WARN [main] com.acme.Shop: slow', 'WARNING'],
  ['2026-01-01 12:00:00 - ERROR - cannot pay', 'ERROR'],
  ['[Sun Dec 04 04:47:44 2005] [notice] ok', 'INFO'],
  ['03-17 16:13:38.811  1702  2395 D WindowManager: x', 'DEBUG'],
  ['E1102 10:00:00.123 1 main.go:5] no', 'ERROR'],
  ['2026-09-28 04:30:30, Info CBS loaded', 'INFO'],
  ['level=fatal msg="gone"', 'CRITICAL'],
  ['{"severity":"warning","a":1}', 'WARNING'],
  ['\u001b[31mERROR\u001b[0m boom', 'ERROR'],
  ['panic: runtime error', 'CRITICAL'],
  ['Traceback (most recent call last):', 'ERROR'],
  ['<error> x', 'ERROR'],
  ['user info was read without error', undefined],
  ['GET /errors 200', undefined],
])('%s is %s', (line, severity) => expect(readSeverity(shapeOf(line))).toBe(severity));

test.each([
  ['warn', 'WARNING'],
  ['Trace', 'DEBUG'],
  ['NOTICE', 'INFO'],
  ['emerg', 'CRITICAL'],
  ['50', 'ERROR'],
  [60, 'CRITICAL'],
  [9, 'INFO'],
  [17, 'ERROR'],
  [21, 'CRITICAL'],
  [0, undefined],
  ['odd', undefined],
] as const)('level %s is %s', (level, severity) => expect(severityOf(level)).toBe(severity));
