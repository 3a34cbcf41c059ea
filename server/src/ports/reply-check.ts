import type { ResponseFormat } from '../kernel/chat.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { ReplyProblem } from '../kernel/reply-problem.ts';
import type { SanitizeMode } from '../kernel/sanitize-mode.ts';

/** One text of a model and what it must be. */
export interface TextCheck {
  /** The tenant whose check it is: what takes long delays checks of the same one first. */
  readonly projectId: string;
  readonly text: string;
  /** The form it must have; undefined or `text`: any. */
  readonly format: ResponseFormat | undefined;
  /** May broken JSON be mended and JSON be taken out of prose? */
  readonly repair: boolean;
  readonly sanitize: SanitizeMode;
}

export interface TextVerdict {
  /** extracted: the JSON was in prose or a code fence · repaired: its syntax was mended. */
  readonly outcome: 'valid' | 'repaired' | 'extracted' | 'invalid';
  /** What is good to use. The very text that was checked when nothing had to change. */
  readonly text: string;
  /** Sanitising changed something. */
  readonly sanitized: boolean;
  /** What was wrong with the text as it came; empty when it was valid. */
  readonly problems: readonly ReplyProblem[];
}

/** A JSON Schema that cannot be used, and why. */
export interface SchemaProblem {
  /** Safe to show: says nothing but what the schema's author wrote. */
  readonly message: string;
}

/** What came of reading a schema. */
export interface SchemaReading {
  /** Undefined: it can be used. */
  readonly problem: SchemaProblem | undefined;
  /** Patterns that cannot be tried in linear time (lookaround, back-references): texts are not held to them. */
  readonly untried: readonly string[];
}

/** Checks texts of models. Gives a promise only when the work is left to another thread. */
export interface ReplyChecker {
  read(schema: JsonObject, projectId: string): SchemaReading | Promise<SchemaReading>;
  check(check: TextCheck): TextVerdict | Promise<TextVerdict>;
}
