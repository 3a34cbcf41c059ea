import { isWeirError } from '../../server/src/kernel/errors.ts';
import { compileTemplate } from '../../server/src/templates/compile-template.ts';
import type { OracleAnswer, TemplateCase } from './oracle.ts';

/**
 * `equal`: the same bytes, or refused by both. `refused`: Jinja2 renders it and Weir says why it does not.
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
  const isEqual = 'text' in theirs && theirs.text === ours.text;
  return { verdict: isEqual ? 'equal' : 'wrong', ours: ours.text };
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
