import type { LogLine } from '../../ports/log-source.ts';
import type { LogPattern } from './pattern.ts';
import type { LineSeverity } from './traffic.ts';

/** Finds the patterns of lines. Rejects when the lines end with an error. */
export interface LogMiner {
  mine(lines: AsyncIterable<readonly LogLine[]>): Promise<readonly LogPattern[]>;
}

/** What samplers see in a line; policies must see the same. */
export interface LineReader {
  signatureOf(line: LogLine): number;
  /** `signature` is that of the line. */
  severityOf(line: LogLine, signature: number): LineSeverity | undefined;
}
