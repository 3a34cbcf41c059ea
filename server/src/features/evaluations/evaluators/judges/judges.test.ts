import { describe, expect, test } from 'vitest';
import { asArray, asObject, asString, type Json, type JsonObject } from '../../../../kernel/json.ts';
import type { EvaluatorServices, JudgeQuestion } from '../../../../ports/evaluator.ts';
import { randomNumbers } from '../../statistics/random.ts';
import { evaluatorNamed } from '../registry.ts';
import { judgePairwise } from './pairwise.ts';

/** A judge that answers by a function of what it was asked. */
function judge(answer: (asked: JsonObject, question: JudgeQuestion) => Json) {
  const asked: JsonObject[] = [];
  const services: EvaluatorServices = {
    schemaProblem: () => Promise.reject(new Error('nobody checks here')),
    async ask(question) {
      const user = asObject(asArray(question.messages)?.[1]);
      const material = JSON.parse(asString(user?.content) ?? '') as JsonObject;
      asked.push(material);
      return question.read({ text: JSON.stringify(answer(material, question)), model: 'judge-1' });
    },
  };
  return { asked, services };
}

const ANSWER = 'The capital of France is Paris, of course.';
const of = (options: JsonObject, expected: Json = null) => ({
  ...{ value: ANSWER, expected, options, input: 'What is the capital of France?' },
});

describe('judges', () => {
  test('rubric: sends criteria, question and answer, and gives the score with what it rests on', async () => {
    const { asked, services } = judge(() => ({
      reason: 'Right.',
      evidence: 'capital of france is “Paris”',
      score: 0.9,
    }));
    const told = await evaluatorNamed('rubric')?.score(of({ criteria: 'It is right.' }), services);
    expect(told).toEqual({
      ...{ score: 0.9, reason: 'Right.', model: 'judge-1' },
      evidence: 'capital of france is “Paris”',
    });
    expect(asked).toEqual([{ criteria: 'It is right.', answer: ANSWER, question: 'What is the capital of France?' }]);
  });

  test.each([
    ['evidence that does not stand in the answer', { reason: '', evidence: 'Berlin', score: 1 }],
    ['no evidence', { reason: '', evidence: '', score: 1 }],
    ['a score above 1', { reason: '', evidence: 'Paris', score: 7 }],
    ['no object', 'good'],
  ])('a verdict with %s does not count', async (_title, verdict) => {
    const { services } = judge(() => verdict);
    await expect(evaluatorNamed('relevance')?.score(of({}), services)).rejects.toMatchObject({ code: 'reply.invalid' });
  });

  test('the median of several votes counts', async () => {
    const scores = [0.9, 0.1, 0.8];
    const { asked, services } = judge(() => ({ reason: '', evidence: 'Paris', score: scores[asked.length - 1] ?? 0 }));
    expect(await evaluatorNamed('relevance')?.score(of({ votes: 3 }), services)).toMatchObject({ score: 0.8 });
    expect(asked).toHaveLength(3);
    for (const votes of [2, 0, 11, 'many']) {
      await expect(evaluatorNamed('relevance')?.score(of({ votes }), services)).rejects.toMatchObject({
        param: 'options.votes',
      });
    }
  });

  test.each([
    ['same', 1],
    ['superset', 0.6],
    ['subset', 0.4],
    ['contradiction', 0],
    ['immaterial', 1],
  ])('factuality: %s is worth %d', async (relation, score) => {
    const { services } = judge(() => ({ reason: 'x', evidence: 'Paris', relation }));
    expect(await evaluatorNamed('factuality')?.score(of({}, 'Paris'), services)).toMatchObject({ score });
  });

  test('what they need and do not get is named', async () => {
    const { services } = judge(() => ({}));
    await expect(async () => evaluatorNamed('rubric')?.score(of({}), services)).rejects.toMatchObject({
      param: 'options.criteria',
    });
    await expect(async () => evaluatorNamed('factuality')?.score(of({}), services)).rejects.toMatchObject({
      param: 'expected',
    });
  });
});

describe('a pairwise judge', () => {
  const question = { input: 'q', baseline: 'old', candidate: 'new', criteria: 'c', model: undefined };

  test('is asked in both orders, without names, and a steady preference counts', async () => {
    const { asked, services } = judge(({ A }) => ({ reason: '', better: A === 'new' ? 'A' : 'B' }));
    expect(await judgePairwise(question, services)).toEqual({ winner: 'candidate', first: 1, second: 1 });
    expect(asked.map(({ A, B }) => [A, B])).toEqual([
      ['old', 'new'],
      ['new', 'old'],
    ]);
    expect(JSON.stringify(asked)).not.toMatch(/baseline|candidate/);
  });

  test('who always takes the first says nothing, and a tie in both orders is a tie', async () => {
    const first = judge(() => ({ reason: '', better: 'A' }));
    expect(await judgePairwise(question, first.services)).toEqual({ winner: undefined, first: 2, second: 0 });
    const tie = judge(() => ({ reason: '', better: 'tie' }));
    expect(await judgePairwise(question, tie.services)).toEqual({ winner: 'tie', first: 0, second: 0 });
  });

  test('a position bias of 20 points is seen, and gone from what counts', async () => {
    const next = randomNumbers(9);
    const random = () => next() / 2 ** 32;
    // Equals: without the bias either wins half of the time.
    const { services } = judge(() => ({ reason: '', better: random() < 0.6 ? 'A' : 'B' }));
    const told = { first: 0, second: 0, baseline: 0, candidate: 0 };
    for (let at = 0; at < 10_000; at++) {
      const { winner, first, second } = await judgePairwise(question, services);
      told.first += first;
      told.second += second;
      if (winner === 'baseline' || winner === 'candidate') told[winner]++;
    }
    expect(((told.first - told.second) / (told.first + told.second)) * 100).toBeCloseTo(20, -1);
    expect(Math.abs(told.candidate - told.baseline) / (told.candidate + told.baseline)).toBeLessThan(0.03);
  });
});
