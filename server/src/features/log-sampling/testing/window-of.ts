import type { LogSeverity } from '@weir/contract';
import type { LogPattern } from '../pattern.ts';
import type { TrafficGroup } from '../traffic.ts';

/** A pattern of a made-up window: its lines by severity (`NONE`: lines without one), `lineBytes` each. */
export interface MadePattern {
  readonly lines: Readonly<Partial<Record<LogSeverity | 'NONE', number>>>;
  readonly lineBytes?: number;
  readonly template?: string;
}

/** A window of made-up patterns, one signature each. */
export function windowOf(made: Readonly<Record<string, MadePattern>>): {
  patterns: LogPattern[];
  groups: TrafficGroup[];
} {
  const groups: TrafficGroup[] = [];
  const patterns = Object.entries(made).map(([id, { lines, lineBytes = 100, template = `template of ${id}` }], at) => {
    const signature = at.toString(16).padStart(14, '0');
    for (const [severity, count] of Object.entries(lines)) {
      groups.push({
        pattern: id,
        signature,
        severity: severity === 'NONE' ? undefined : (severity as LogSeverity),
        lines: count,
        bytes: count * lineBytes,
      });
    }
    const { NONE = 0, ...severities } = lines;
    const all = Object.values(severities).reduce((sum, count) => sum + count, NONE);
    return {
      id,
      template,
      signatures: [signature],
      lines: all,
      bytes: all * lineBytes,
      severities,
      first_seen: undefined,
      last_seen: undefined,
      examples: [],
      cluster: at,
    };
  });
  return { patterns, groups };
}
