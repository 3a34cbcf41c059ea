/** What is wrong with a workflow document. */
export interface Problem {
  /** An error keeps the document from being stored; a warning does not. */
  readonly severity: 'error' | 'warning';
  /** JSON pointer into the document as it was sent; '' is the document. */
  readonly pointer: string;
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}

export function pointerOf(base: string, ...segments: readonly (string | number | symbol)[]): string {
  return base + segments.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export function errorAt(pointer: string, message: string, fix: string): Problem {
  return { severity: 'error', pointer, message, fix };
}

export function warningAt(pointer: string, message: string, fix: string): Problem {
  return { severity: 'warning', pointer, message, fix };
}
