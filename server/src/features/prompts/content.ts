import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../kernel/json.ts';
import type { PromptVersionRow } from '../../ports/prompt-store.ts';

export type PromptRole = 'system' | 'developer' | 'user' | 'assistant';

export interface PromptMessage {
  readonly role: PromptRole;
  /** A template, or what it rendered to. */
  readonly content: string;
}

/** What a version of a prompt says. A text prompt has one message, of the user. */
export interface PromptContent {
  readonly kind: 'chat' | 'text';
  readonly messages: readonly PromptMessage[];
  /** JSON Schema. */
  readonly variables: JsonObject;
  /** Settings of the model in the words of the OpenAI chat wire. */
  readonly settings: JsonObject;
}

/** SHA-256, hexadecimal; the order of members does not count. */
export function hashOf(content: PromptContent): string {
  const { kind, messages, variables, settings } = content;
  const told = { kind, messages: messages.map(({ role, content: text }) => [role, text]), variables, settings };
  return createHash('sha256').update(ordered(told)).digest('hex');
}

export function writeContent(content: PromptContent): string {
  return JSON.stringify(content);
}

export function readContent({ content }: Pick<PromptVersionRow, 'content'>): PromptContent {
  return JSON.parse(content) as PromptContent;
}

function ordered(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(ordered).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  return `{${names
    .sort()
    .map((name) => `${JSON.stringify(name)}:${ordered(value[name])}`)
    .join()}}`;
}
