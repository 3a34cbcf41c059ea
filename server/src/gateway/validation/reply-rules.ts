import type { SanitizeMode } from '../../kernel/sanitize-mode.ts';

/** How the replies of one call are checked; configuration and, later, a project's policy decide. */
export interface ReplyRules {
  readonly mode: 'off' | 'check' | 'repair';
  /** How often the call may ask again. */
  readonly maxReasks: number;
  /** hold: a stream that must be JSON waits until it is valid · check: it passes, the verdict comes last. */
  readonly stream: 'hold' | 'check';
  /** JSON text that answers when no valid reply could be had; undefined: an error. */
  readonly defaultText: string | undefined;
  /** Of replies that are JSON, asked for or not. */
  readonly sanitizeJson: SanitizeMode;
  /** Of all others. */
  readonly sanitizeText: SanitizeMode;
  /** Longest text in UTF-16 units; undefined: no limit of its own. */
  readonly maxCharacters: number | undefined;
  /** Control characters are taken out of every text. */
  readonly stripsControl: boolean;
}
