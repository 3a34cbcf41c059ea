/**
 * How much a line matters. TRACE counts as DEBUG, NOTICE as INFO, FATAL and everything above as CRITICAL. UNKNOWN is a
 * severity that somebody wrote and we cannot read: such lines are kept. A line that states none has `undefined`.
 */
export type Severity = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL' | 'UNKNOWN';

/** Whose numbers: pino and bunyan count 10..60 upwards, Python 10..50, OpenTelemetry 1..24, syslog 7..0 downwards. */
export type SeverityScale = 'pino' | 'python' | 'otel' | 'syslog';

/** Lowest number of each severity on the scales that count upwards. */
const FLOORS = {
  pino: [30, 40, 50, 60],
  python: [20, 30, 40, 50],
  otel: [9, 13, 17, 21],
} as const;
const UPWARDS = ['INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;

const WORDS: Readonly<Record<Exclude<Severity, 'UNKNOWN'>, string>> = {
  DEBUG: 'DEBUG TRACE VERBOSE SILLY FINE FINER FINEST DBG TRC D T V',
  INFO: 'INFO INFORMATION INFORMATIONAL NOTICE LOG HTTP INF NOTE I N',
  WARNING: 'WARNING WARN WRN W',
  ERROR: 'ERROR ERR SEVERE EXCEPTION FAILURE E',
  CRITICAL: 'CRITICAL FATAL CRIT FTL ALERT EMERGENCY EMERG PANIC DPANIC TERMINAL DISASTER F C',
};
const SEVERITY_OF_WORD = new Map(
  Object.entries(WORDS).flatMap(([severity, words]) =>
    words.split(' ').map((word) => [word, severity as Severity] as const),
  ),
);

/**
 * The severity behind what a logger, a record or a line calls it. Words in any case, with OpenTelemetry's digits
 * (`ERROR2`); numbers, also as text, on the given scale. What is neither is UNKNOWN, what is absent undefined.
 */
export function severityOf(level: unknown, scale: SeverityScale = 'pino'): Severity | undefined {
  if (level === undefined || level === null || level === '') return undefined;
  if (typeof level === 'number') return severityOfNumber(level, scale);
  if (typeof level !== 'string') return 'UNKNOWN';
  const word = level.trim().toUpperCase();
  if (/^\d+$/.test(word)) return severityOfNumber(Number(word), scale);
  return SEVERITY_OF_WORD.get(word) ?? SEVERITY_OF_WORD.get(word.replace(/\d+$/, '')) ?? 'UNKNOWN';
}

function severityOfNumber(level: number, scale: SeverityScale): Severity {
  if (Number.isNaN(level)) return 'UNKNOWN';
  if (scale === 'syslog') return severityOfSyslog(level);
  const floors = FLOORS[scale];
  let severity: Severity = 'DEBUG';
  for (let at = 0; at < floors.length; at++) {
    if (level >= (floors[at] as number)) severity = UPWARDS[at] as Severity;
  }
  return severity;
}

function severityOfSyslog(level: number): Severity {
  if (level <= 2) return 'CRITICAL';
  if (level <= 3) return 'ERROR';
  if (level <= 4) return 'WARNING';
  return level <= 6 ? 'INFO' : 'DEBUG';
}

/** Lines of these are kept, whatever a policy says. */
export function isProtected(severity: Severity | undefined): boolean {
  return severity === 'ERROR' || severity === 'CRITICAL' || severity === 'UNKNOWN';
}
