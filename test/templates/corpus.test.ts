import { describe, expect, it } from 'vitest';
import { requires } from '../support/optional.ts';
import { compareWithOracle, renderHere } from './compare.ts';
import { askOracle } from './oracle.ts';
import { readCorpus } from './read-corpus.ts';

const corpora = readCorpus();

requires('jinja2')('the corpus of templates', () => {
  it.each(corpora.map((corpus) => [corpus.name, corpus] as const))(
    '%s renders as Python does, or is refused',
    (_name, { cases }) => {
      const answers = askOracle(cases);
      const wrong = cases.flatMap((one, at) => {
        const theirs = answers[at] ?? { error: 'no answer' };
        const { verdict, ours } = compareWithOracle(one, theirs);
        return verdict === 'wrong' ? [{ source: one.source, theirs, ours }] : [];
      });
      expect(wrong).toEqual([]);
    },
  );

  it('has more than 300 templates, of which 95% and more are equal', () => {
    const verdicts = corpora.flatMap(({ cases }) => {
      const answers = askOracle(cases);
      return cases.map((one, at) => compareWithOracle(one, answers[at] ?? { error: 'no answer' }).verdict);
    });
    expect(verdicts.length).toBeGreaterThan(300);
    expect(verdicts.filter((verdict) => verdict === 'equal').length / verdicts.length).toBeGreaterThan(0.95);
  });
});

describe('the corpus of templates', () => {
  it('renders or says at which line and column it does not', () => {
    const reasons = corpora
      .flatMap(({ cases }) => cases.map(renderHere))
      .flatMap((answer) => ('error' in answer ? [answer.error] : []));
    expect(reasons.length).toBeGreaterThan(50);
    for (const reason of reasons)
      expect(reason).toMatch(/^The template, line \d+, column \d+(?: of the partial "\w+")?: \S/);
  });
});
