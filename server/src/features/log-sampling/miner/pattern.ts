import type { LogSeverity } from '@weir/contract';
import { hashText, VARIABLE_TEXT } from './vocabulary.ts';

/** Lines by severity; UNKNOWN: neither the source nor the line says. */
export type SeverityCounts = Readonly<Partial<Record<LogSeverity | 'UNKNOWN', number>>>;

/** Lines that one statement in one program wrote, as far as their text tells. */
export interface MinedPattern {
  /** Made from the template: the same wherever the same shapes were seen, in whatever order. */
  readonly id: string;
  /** The text with every variable as <*>. */
  readonly template: string;
  /** First-level signatures of its lines that are remembered. */
  readonly signatures: readonly number[];
  readonly lines: number;
  readonly bytes: number;
  readonly severities: SeverityCounts;
  /** Unix milliseconds; undefined: the source does not say. */
  readonly firstSeen: number | undefined;
  readonly lastSeen: number | undefined;
  /** Lines without what could identify somebody. */
  readonly examples: readonly string[];
  /** Patterns alike in wording have the same number. */
  readonly cluster: number;
}

/** 15 characters: p and a 53-bit hash of the text of a pattern's tokens, hexadecimal. */
export function patternId(text: string): string {
  const high = (hashText(text, 0x3c6ef372) & 0x1fffff).toString(16).padStart(6, '0');
  const low = (hashText(text, 0x1f83d9ab) >>> 0).toString(16).padStart(8, '0');
  return `p${high}${low}`;
}

/** Tokens as people read them: variables and the changing parts of words as <*>. */
export function templateOf(text: string): string {
  return text
    .replaceAll(VARIABLE_TEXT, '<*>')
    .replaceAll('0', '<*>')
    .replaceAll(/<\*>(?:[.:,_-]?<\*>)+/g, '<*>')
    .trim();
}
