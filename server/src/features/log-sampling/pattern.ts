import type { LogSeverity } from '@weir/contract';

/** Lines alike but for their variables, as the miner found them in a window; counts are of that window. */
export interface LogPattern {
  /** Stable: the same set of shapes has the same id on every machine and after every restart. */
  readonly id: string;
  /** The text with every variable as `<*>`. */
  readonly template: string;
  /** First-level signatures of its lines, 14 hexadecimal digits each, sorted. */
  readonly signatures: readonly string[];
  readonly lines: number;
  /** UTF-8 bytes of those lines. */
  readonly bytes: number;
  /** Lines by severity; lines without one are `lines` minus these. */
  readonly severities: Readonly<Partial<Record<LogSeverity, number>>>;
  /** Unix milliseconds; undefined: no line said when. */
  readonly first_seen: number | undefined;
  readonly last_seen: number | undefined;
  /** A few lines as they were. They may hold personal data: for the person who asked, never for a model or a log. */
  readonly examples: readonly string[];
  /** Patterns alike in wording share a number, counted from 0. */
  readonly cluster: number;
}
