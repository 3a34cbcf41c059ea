import type { JsonObject } from '../../../kernel/json.ts';
import type { PromptMessage } from '../content.ts';

/** A prompt as a file: Markdown with front matter, one file per prompt. */
export interface PromptFile {
  readonly name: string;
  readonly kind: 'chat' | 'text';
  /** '' when there is none. */
  readonly description: string;
  /** JSON Schema; undefined: read from the templates. */
  readonly variables: JsonObject | undefined;
  readonly settings: JsonObject;
  readonly messages: readonly PromptMessage[];
}

export const PROMPT_FILE_END = '.prompt.md';

/** Stands above a message: `<!-- role: user -->`. */
export const ROLE_LINE = /^<!-- role: (system|developer|user|assistant) -->$/;

/** A line of a message that looks like one, or like one that was marked: it gets a backslash more. */
export const ROLE_LIKE = /^<!-- (\\*)(role: \w+ -->)$/gm;
