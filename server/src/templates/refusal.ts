import { WeirError } from '../kernel/errors.ts';

/** Where something stands in a template. Lines and columns count from 1; columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
  /** The partial it stands in; absent: the template itself. */
  readonly partial?: string;
}

/** What ended a template: its own mistake (or ours to follow it), or a budget that ran out. */
export type RefusalKind = 'syntax' | 'unsupported' | 'value' | 'missing' | 'limit';

/**
 * Why a template cannot be compiled or rendered, and what to do about it. Thrown without a position where only the values
 * are known; whoever knows the position adds it. Never contains a value, which may be private.
 */
export class Refusal extends Error {
  readonly kind: RefusalKind;
  /** The variable that is missing, for `missing`. */
  readonly variable: string | undefined;
  at: Position | undefined;

  constructor(kind: RefusalKind, message: string, more: { at?: Position; variable?: string } = {}) {
    super(message);
    this.kind = kind;
    this.at = more.at;
    this.variable = more.variable;
  }
}

/** As the error that a client sees: `request.invalid` with the line, the column and what was wrong in `details`. */
export function toTemplateError(refusal: Refusal): WeirError {
  const { at, kind, variable } = refusal;
  const partial = at?.partial === undefined ? '' : ` of the partial ${JSON.stringify(at.partial)}`;
  const place = at === undefined ? 'The template' : `The template, line ${at.line}, column ${at.column}${partial}`;
  return new WeirError('request.invalid', {
    message: `${place}: ${shortened(refusal.message)}`,
    details: {
      template: kind,
      ...(at === undefined ? {} : { line: at.line, column: at.column }),
      ...(at?.partial === undefined ? {} : { partial: at.partial }),
      ...(variable === undefined ? {} : { variable }),
    },
  });
}

/** Names in a message are the template's, which may be of any length. */
const MAX_MESSAGE = 400;

function shortened(message: string): string {
  return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}...` : message;
}

/** Reads what cannot be done as an error of the template. */
export function unsupported(message: string): Refusal {
  return new Refusal('unsupported', message);
}

/** An operation whose values Python would not take either. */
export function badValue(message: string): Refusal {
  return new Refusal('value', message);
}

/** Does something, and gives a Refusal as the error that a client sees. */
export function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof Refusal) throw toTemplateError(thrown);
    // Deep recursion that no limit foresaw.
    if (thrown instanceof RangeError) throw toTemplateError(new Refusal('limit', 'the template is nested too deeply'));
    throw thrown;
  }
}
