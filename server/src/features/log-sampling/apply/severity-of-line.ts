import { type Severity, severityOf as severityOfWord } from '@weir/sampler/decision';
import { shapeOf } from '@weir/sampler/signature';
import type { LogLine } from '../../../ports/log-source.ts';
import { readSeverity, severityOf } from '../miner/read-severity.ts';

/** Levels that one scale counts among the least and syslog among the worst. */
const WORST_TO_SYSLOG = /^[0-3]$/;
const EXCEPTION = /"(?:err|exception|exc_info|stack|stack_trace|stacktrace|error\.stack_trace)"\s*:\s*["{[]/;
const LEVEL = /"(?:level|severity|severity_number|severityNumber|SeverityNumber|lvl|log\.level)"\s*:\s*"?([\w.]+)/;

/**
 * How much a line matters: what its source says, else what its text says. A level in doubt is UNKNOWN, and a JSON line
 * that carries an exception an ERROR: both are kept.
 */
export function severityOfLine(line: LogLine, text: string): Severity | undefined {
  const isObject = text.startsWith('{');
  if (isObject && EXCEPTION.test(text)) return 'ERROR';
  const level = line.severity || (isObject ? LEVEL.exec(text)?.[1] : undefined);
  if (level === undefined) return readSeverity(shapeOf(line.body));
  if (WORST_TO_SYSLOG.test(level)) return 'UNKNOWN';
  return severityOf(level) ?? severityOfWord(level);
}
