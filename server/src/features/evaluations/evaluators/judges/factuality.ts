import { invalidRequest, WeirError } from '../../../../kernel/errors.ts';
import { asString } from '../../../../kernel/json.ts';
import type { Evaluator } from '../../../../ports/evaluator.ts';
import { textOf } from '../text-of.ts';
import { JUDGE_RULES, readVerdict, verdictSchema } from './verdict.ts';

/** How an answer's facts relate to the reference's, and what that is worth. */
const RELATIONS: Readonly<Record<string, number>> = {
  same: 1,
  immaterial: 1,
  superset: 0.6,
  subset: 0.4,
  contradiction: 0,
};
const SCHEMA = verdictSchema('relation', { type: 'string', enum: Object.keys(RELATIONS) });

/** A model compares the answer's facts with those of what is expected. */
export const factuality: Evaluator = {
  name: 'factuality',
  about: 'A model compares the facts of the answer with those of the expected one (model)',
  asksModel: true,
  score({ value, expected, input, options }, { ask }) {
    if (expected === null) throw invalidRequest('expected', 'the evaluator factuality needs an answer that is true');
    const answer = textOf(value);
    return ask({
      model: asString(options.model),
      messages: [
        {
          role: 'system',
          content:
            `You compare the facts of two answers; style does not count. ${JUDGE_RULES} "relation" says how the facts of "answer" relate ` +
            'to those of "reference", which are true: "same" facts, "superset" (all of them and more), "subset" (some of them), ' +
            '"contradiction" (at least one against them), or "immaterial" (they differ in what does not matter for the question).',
        },
        {
          role: 'user',
          content: JSON.stringify({ ...(input === undefined ? {} : { question: input }), reference: expected, answer }),
        },
      ],
      schema: SCHEMA,
      maxTokens: 400,
      read({ text, model }) {
        const { verdict, reason, evidence } = readVerdict(text, answer);
        const score = RELATIONS[asString(verdict.relation) ?? ''];
        if (score === undefined) throw new WeirError('reply.invalid', { message: 'The judge named no relation.' });
        return { score, reason: `${verdict.relation}: ${reason}`, evidence, model };
      },
    });
  },
};
