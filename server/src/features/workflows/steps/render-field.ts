import { isWeirError, WeirError } from '../../../kernel/errors.ts';
import type { Json } from '../../../kernel/json.ts';
import { render } from '../expressions/render.ts';
import type { Scope, Step, Template } from '../flow.ts';

/** A template of a step, rendered; a mistake in it names the step and the field. */
export function renderField(step: Pick<Step, 'name'>, field: string, of: { template: Template; scope: Scope }): Json {
  try {
    return render(of.template, of.scope);
  } catch (thrown) {
    if (!isWeirError(thrown)) throw thrown;
    throw new WeirError(thrown.code, {
      ...(thrown.param === undefined ? {} : { param: thrown.param }),
      message: `Step "${step.name}", ${field}: ${thrown.message}`,
      details: { ...thrown.details, step: step.name, field },
      cause: thrown,
    });
  }
}

/** The same for a template that may be left out. */
export function renderOptional(
  step: Pick<Step, 'name'>,
  field: string,
  of: { template: Template | undefined; scope: Scope },
): Json | undefined {
  const { template, scope } = of;
  return template === undefined ? undefined : renderField(step, field, { template, scope });
}

/** What a step was given does not have the form it must have. */
export function wrongInput(step: Pick<Step, 'name'>, field: string, expected: string): WeirError {
  return new WeirError('request.invalid', {
    param: field,
    message: `Step "${step.name}", ${field}: expected ${expected}.`,
    details: { step: step.name, field },
  });
}
