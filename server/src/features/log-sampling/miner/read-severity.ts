import type { LogSeverity } from '@weir/contract';
import { VARIABLE_TEXT } from './vocabulary.ts';

const NAMES: Readonly<Record<string, LogSeverity>> = {
  TRACE: 'DEBUG',
  FINEST: 'DEBUG',
  FINER: 'DEBUG',
  FINE: 'DEBUG',
  VERBOSE: 'DEBUG',
  DEBUG: 'DEBUG',
  DBG: 'DEBUG',
  INFO: 'INFO',
  INF: 'INFO',
  INFORMATION: 'INFO',
  INFORMATIONAL: 'INFO',
  NOTICE: 'INFO',
  LOG: 'INFO',
  CONFIG: 'INFO',
  WARN: 'WARNING',
  WARNING: 'WARNING',
  WRN: 'WARNING',
  ERROR: 'ERROR',
  ERR: 'ERROR',
  SEVERE: 'ERROR',
  FAILURE: 'ERROR',
  EXCEPTION: 'ERROR',
  CRITICAL: 'CRITICAL',
  CRIT: 'CRITICAL',
  CRT: 'CRITICAL',
  FATAL: 'CRITICAL',
  FTL: 'CRITICAL',
  ALERT: 'CRITICAL',
  EMERG: 'CRITICAL',
  EMERGENCY: 'CRITICAL',
  PANIC: 'CRITICAL',
};
const LETTERS: Readonly<Record<string, LogSeverity>> = {
  V: 'DEBUG',
  T: 'DEBUG',
  D: 'DEBUG',
  I: 'INFO',
  N: 'INFO',
  W: 'WARNING',
  E: 'ERROR',
  F: 'CRITICAL',
  C: 'CRITICAL',
};

/** A level that a source gives as a name (any case) or as a number of pino, bunyan or OpenTelemetry; undefined: unknown. */
export function severityOf(level: string | number): LogSeverity | undefined {
  const number = typeof level === 'number' ? level : /^\d+$/.test(level) ? Number(level) : undefined;
  if (number !== undefined) return severityOfNumber(number);
  return NAMES[String(level).toUpperCase()] ?? LETTERS[String(level)];
}

/** OpenTelemetry counts from 1 to 24, pino and bunyan by tens from 10 to 60; 10 and 20 are read as theirs. */
function severityOfNumber(level: number): LogSeverity | undefined {
  if (level >= 10 && level % 10 === 0) {
    if (level > 60) return undefined;
    return (['DEBUG', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const)[level / 10 - 1];
  }
  if (level < 1 || level > 24) return undefined;
  return (['DEBUG', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const)[Math.floor((level - 1) / 4)];
}

/** Units of a shape in which a header may name the level. */
const HEADER_UNITS = 160;
const KEYED = /(?:^|[\s{,"'])(?:level|lvl|severity|log\.?level|loglevel)["']?\s?[=:]\s?["']?([A-Za-z]+)/i;
const CAPITALS =
  /(?:^|[\s[(<|:,-])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|CRITICAL|CRIT|FATAL|ALERT|EMERG|PANIC|FINE|FINER|FINEST|LOG)(?=$|[\s\]):>|,-])/;
const BRACKETED =
  /[[<(](?:\w+:)?(trace|debug|info|notice|warn|warning|error|err|crit|critical|fatal|alert|emerg)[\])>]/i;
const AFTER_TIME = new RegExp(
  `^[^\\p{L}]*${VARIABLE_TEXT}[\\])]?[ ,|:-]+(trace|debug|info|notice|warn|warning|error|err|critical|fatal)[ :,|]`,
  'iu',
);
const LETTER_AFTER_TIME = new RegExp(`^\\[?${VARIABLE_TEXT}\\]? ([VDIWEF])[ /]`);
const LETTER_WITH_DATE = new RegExp(`^([IWEF])0 ${VARIABLE_TEXT}`);
const OPENING = /^(error|err|exception|fatal|panic|critical|severe|warning|warn|traceback|uncaught|unhandled)\b/i;

/**
 * The level a line names itself, read from its shape: `level=warn`, ` ERROR `, `[notice]`, a word or letter after the time, or a
 * first word like `panic:`. Levels are constants, so all lines of a shape have the same.
 */
export function readSeverity(shape: string): LogSeverity | undefined {
  const head = shape.slice(0, HEADER_UNITS);
  const name =
    KEYED.exec(head)?.[1] ??
    AFTER_TIME.exec(head)?.[1] ??
    CAPITALS.exec(head)?.[1] ??
    BRACKETED.exec(head)?.[1] ??
    LETTER_AFTER_TIME.exec(head)?.[1] ??
    LETTER_WITH_DATE.exec(head)?.[1];
  if (name !== undefined) return severityOf(name);
  const opening = OPENING.exec(head)?.[1]?.toLowerCase();
  if (opening === undefined) return undefined;
  if (opening.startsWith('warn')) return 'WARNING';
  return NAMES[opening.toUpperCase()] ?? 'ERROR';
}
