import type { SourceFile, SourceTree } from './source-tree.ts';

/** What a rule found in one file. */
export interface Finding {
  readonly line: number;
  /** What is wrong and what to do instead, in one sentence. */
  readonly message: string;
}

/** A law of the house; each one must have files to look at, or the check fails. */
export interface Rule {
  readonly name: string;
  appliesTo(file: SourceFile): boolean;
  check(file: SourceFile, tree: SourceTree): readonly Finding[];
}

export interface Violation extends Finding {
  readonly rule: string;
  readonly path: string;
}
