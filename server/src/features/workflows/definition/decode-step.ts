import type { Json } from '../../../kernel/json.ts';
import type { Effect, Step } from '../flow.ts';
import { decodeBudget, decodeCondition, decodeRetry } from './decode-parts.ts';
import { decodeWork } from './decode-work.ts';
import { Fields } from './fields.ts';
import { errorAt, type Problem, pointerOf } from './problem.ts';

/** Steps of the shape that the contract's schema allows; what it cannot say is added to the problems. */
export function decodeSteps(list: { values: readonly Json[]; pointer: string }, problems: Problem[]): Step[] {
  return list.values.map((value, at) => decodeStep(value, { pointer: pointerOf(list.pointer, at), problems }));
}

function decodeStep(value: Json, of: { pointer: string; problems: Problem[] }): Step {
  const fields = new Fields(value, of);
  const { problems } = of;
  const onError = fields.text('onError');
  const work = decodeWork(fields, (list) => decodeSteps(list, problems));
  const catches = fields.list('catch');
  const compensate = fields.get('compensate');
  const dependencies = fields.get('dependencies');
  const step: Step = {
    ...work.work,
    name: nameOf(fields),
    pointer: of.pointer,
    when: decodeCondition(fields.get('when', 'if', 'condition')),
    retry: decodeRetry(fields, onError),
    onError: onError === 'continue' ? 'continue' : 'stop',
    catch: catches.values.length === 0 ? undefined : decodeSteps(catches, problems),
    timeoutMs: fields.number('timeout') ?? (work.work.type === 'approval' ? work.work.timeoutMs : undefined),
    effect: fields.text('effect') as Effect | undefined,
    compensate:
      compensate === undefined ? undefined : decodeStep(compensate, { pointer: fields.place('compensate'), problems }),
    budget: decodeBudget(fields),
    dependencies: Array.isArray(dependencies) ? dependencies.map(String) : undefined,
  };
  return { ...step, pointers: { ...work.pointers, ...fields.pointers } };
}

/** The second dialect's id is what paths say; its name is for people. */
function nameOf(fields: Fields): string {
  const name = fields.text('id') ?? fields.text('name');
  const place = fields.place(fields.text('id') === undefined ? 'name' : 'id');
  fields.pointers.name = place;
  if (name === undefined) {
    fields.problems.push(errorAt(fields.pointer, 'The step has neither a name nor an id.', 'Add "name".'));
    return '';
  }
  if (/[/[\]\p{Cc}]/u.test(name))
    fields.problems.push(
      errorAt(
        place,
        `The name ${JSON.stringify(name)} has a character that paths of runs use.`,
        'Leave out / [ and ].',
      ),
    );
  return name;
}
