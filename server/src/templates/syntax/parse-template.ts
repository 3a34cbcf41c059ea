import { Refusal } from '../refusal.ts';
import type { Body } from './nodes.ts';
import { parseBody } from './parse-statement.ts';
import { type Spacing, splitTemplate } from './split-template.ts';
import { TokenStream } from './token-stream.ts';

/** Longer templates are refused, in characters. */
const MAX_SOURCE = 200_000;

export interface SourceText {
  readonly source: string;
  readonly spacing: Spacing;
  /** Name of the partial; absent for the template itself. */
  readonly partial?: string;
}

/** Reads a template into its tree. Throws a Refusal that says where and what is wrong. */
export function parseTemplate({ source, spacing, partial }: SourceText): Body {
  if (source.length > MAX_SOURCE) {
    throw new Refusal(
      'limit',
      `templates longer than ${MAX_SOURCE} characters are not supported; split it into partials`,
    );
  }
  const stream = new TokenStream(splitTemplate(source, spacing, partial));
  return parseBody(stream, []);
}
