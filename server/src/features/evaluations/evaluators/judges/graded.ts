import { invalidRequest, WeirError } from '../../../../kernel/errors.ts';
import { asNumber, asString, type Json } from '../../../../kernel/json.ts';
import type { Evaluated, Evaluator, EvaluatorServices, Score } from '../../../../ports/evaluator.ts';
import { textOf } from '../text-of.ts';
import { JUDGE_RULES, readVerdict, verdictSchema } from './verdict.ts';

const SCHEMA = verdictSchema('score', { type: 'number', minimum: 0, maximum: 1 });
const MAX_TOKENS = 400;
const MAX_VOTES = 9;

/** A model's score by `options.criteria`; `options.model` is who judges, `options.votes` how often it is asked (the median counts). */
export const rubric: Evaluator = graded({
  name: 'rubric',
  about: 'A model grades by criteria in words (criteria, model, votes)',
  criteria(options) {
    const criteria = asString(options.criteria);
    if (criteria !== undefined && criteria.trim() !== '') return criteria;
    throw invalidRequest('options.criteria', 'the evaluator needs the criteria to judge by, in words');
  },
});

/** The same by the name that workflows know. */
export const llmJudge: Evaluator = { ...rubric, name: 'llm-judge' };

/** How far the answer is about what was asked, all of it and nothing else. */
export const relevance: Evaluator = graded({
  name: 'relevance',
  about: 'A model says how far the answer is about what was asked (model, votes)',
  criteria: () =>
    'The answer addresses what "question" asks for, completely and without matter nobody asked for. Whether it is true does not count.',
});

function graded(of: { name: string; about: string; criteria: (options: Evaluated['options']) => string }): Evaluator {
  return {
    name: of.name,
    about: of.about,
    asksModel: true,
    score: (evaluated, services) => medianOf(evaluated, () => ask(evaluated, of.criteria(evaluated.options), services)),
  };
}

async function ask(of: Evaluated, criteria: string, services: EvaluatorServices): Promise<Score> {
  const answer = textOf(of.value);
  return services.ask({
    model: asString(of.options.model),
    messages: messages(of, { criteria, answer }),
    schema: SCHEMA,
    maxTokens: asNumber(of.options.maxTokens) ?? MAX_TOKENS,
    read({ text, model }) {
      const { verdict, reason, evidence } = readVerdict(text, answer);
      const score = asNumber(verdict.score);
      if (score === undefined || score < 0 || score > 1) {
        throw new WeirError('reply.invalid', { message: 'The judge gave no score from 0 to 1.' });
      }
      return { score, reason, evidence, model };
    },
  });
}

function messages({ input, expected }: Evaluated, of: { criteria: string; answer: string }): Json {
  const asked = {
    ...of,
    ...(input === undefined ? {} : { question: input }),
    ...(expected === null ? {} : { reference: expected }),
  };
  return [
    {
      role: 'system',
      content:
        `You grade an answer. ${JUDGE_RULES} "score" is a number from 0 (the criteria are not met at all) to 1 (fully met). ` +
        '"criteria" says what counts, "answer" is what you grade, "reference", if it is there, is an answer known to be good.',
    },
    { role: 'user', content: JSON.stringify(asked) },
  ];
}

/** Several votes: the middle one, with what it said. */
async function medianOf({ options }: Evaluated, vote: () => Promise<Score>): Promise<Score> {
  const votes = options.votes === undefined ? 1 : asNumber(options.votes);
  if (votes === undefined || !Number.isInteger(votes) || votes < 1 || votes > MAX_VOTES || votes % 2 === 0) {
    throw invalidRequest('options.votes', `expected an odd number from 1 to ${MAX_VOTES}`);
  }
  const cast: Score[] = [];
  for (let at = 0; at < votes; at++) cast.push(await vote());
  return cast.sort((a, b) => a.score - b.score)[(votes - 1) / 2] as Score;
}
