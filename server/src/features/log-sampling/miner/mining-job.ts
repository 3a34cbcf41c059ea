import type { LogLine } from '../../../ports/log-source.ts';
import type { MinedPattern } from './pattern.ts';

/** What the thread is asked; lines of each name are mined by themselves. */
export type MiningJob =
  | { readonly kind: 'add'; readonly id: number; readonly name: string; readonly lines: readonly LogLine[] }
  | { readonly kind: 'mine'; readonly id: number; readonly name: string }
  | { readonly kind: 'forget'; readonly id: number; readonly name: string };

/** What it answers: the patterns when it was asked to mine, undefined otherwise. */
export interface MiningAnswer {
  readonly id: number;
  readonly patterns: readonly MinedPattern[] | undefined;
}
