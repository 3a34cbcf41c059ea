import { isWeirError } from '../../server/src/kernel/errors.ts';
import { compileTemplate } from '../../server/src/templates/compile-template.ts';
import type { OracleAnswer, TemplateCase } from './oracle.ts';

/** Jinja2 computes constants while it compiles, even in a branch that is never taken, and fails where one is undefined. */
const CONSTANT = 'compile: UndefinedError';

/**
 * `equal`: the same bytes, or refused by both. `refused`: Jinja2 renders it and Weir says why it does not (or, for a constant, the other way round).
 * `wrong`: another text, or a text where Jinja2 fails.
 */
export interface Comparison {
  readonly verdict: 'equal' | 'refused' | 'wrong';
  /** What Weir rendered, or its reason. */
  readonly ours: string;
}

export function compareWithOracle(one: TemplateCase, theirs: OracleAnswer): Comparison {
  const ours = renderHere(one);
  if ('error' in ours) return { verdict: 'error' in theirs ? 'equal' : 'refused', ours: ours.error };
  if ('error' in theirs) return { verdict: theirs.error.startsWith(CONSTANT) ? 'refused' : 'wrong', ours: ours.text };
  return { verdict: theirs.text === ours.text ? 'equal' : 'wrong', ours: ours.text };
}

/** Renders a template, or gives Weir's reason why not; anything but a reason with a place in the template is thrown. */
export function renderHere({ source, data = {}, ...options }: TemplateCase): OracleAnswer {
  try {
    return { text: compileTemplate(source, options).render(data) };
  } catch (thrown) {
    if (isWeirError(thrown) && thrown.code === 'request.invalid') return { error: thrown.message };
    throw thrown;
  }
}
