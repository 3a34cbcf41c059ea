import type { SchemaReading, TextCheck, TextVerdict } from '../ports/reply-check.ts';

/** A check without its schema. */
export interface JobCheck extends Omit<TextCheck, 'format' | 'projectId'> {
  readonly isJson: boolean;
}

/** What the thread is asked. A schema travels as its text, which is also what it is known by. */
export type CheckJob =
  | { readonly kind: 'read'; readonly schema: string }
  | { readonly kind: 'check'; readonly schema: string | undefined; readonly check: JobCheck };

/** What it answers; `failed`: something threw that should not. */
export type CheckAnswer =
  | { readonly kind: 'read'; readonly reading: SchemaReading }
  | { readonly kind: 'check'; readonly verdict: TextVerdict }
  | { readonly kind: 'failed' };
