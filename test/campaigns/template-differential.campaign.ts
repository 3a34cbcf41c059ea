import { findProgram } from '../support/find-program.ts';
import { readRequiredPrograms } from '../support/required-programs.ts';
import { type Comparison, compareWithOracle, renderHere } from '../templates/compare.ts';
import { askOracle, type OracleAnswer, type TemplateCase } from '../templates/oracle.ts';
import { randomTemplate } from '../templates/random-template.ts';
import { type Campaign, type CampaignResult, seeded } from './campaign.ts';

const AT_A_TIME = 1000;
const MOST_SHOWN = 10;

const templateDifferential: Campaign = {
  name: 'template-differential',
  describe:
    "random templates, rendered by Weir and by Python's Jinja2: the same bytes, or refused with line and column; never another text",
  n: 10_000,
  async run({ n, seed }) {
    const random = seeded(seed);
    const tally = { equal: 0, refused: 0, wrong: 0, rendered: 0 };
    const shown: string[] = [];
    for (let done = 0; done < n; done += AT_A_TIME) {
      const cases = Array.from({ length: Math.min(AT_A_TIME, n - done) }, () => randomTemplate(random));
      if (!hasOracle()) return withoutOracle(cases, n);
      for (const [at, theirs] of askOracle(cases).entries()) {
        const one = cases[at] as TemplateCase;
        const comparison = compareWithOracle(one, theirs);
        tally[comparison.verdict] += 1;
        if ('text' in theirs) tally.rendered += 1;
        if (comparison.verdict === 'wrong' && shown.length < MOST_SHOWN) shown.push(show(one, { theirs, comparison }));
      }
    }
    const report = `${tally.equal} equal (${tally.rendered} rendered by Jinja2), ${tally.refused} refused by Weir alone, ${tally.wrong} wrong`;
    return { attempted: n, failed: tally.wrong, report: [report, ...shown].join('\n') };
  },
};

function hasOracle(): boolean {
  if (findProgram('jinja2') !== undefined) return true;
  if (!readRequiredPrograms(process.env.WEIR_TEST_REQUIRE ?? '').includes('jinja2')) return false;
  throw new Error('WEIR_TEST_REQUIRE names jinja2, and no Python here has it (Debian: python3-jinja2)');
}

/** Without Python, what is left to see is that nothing but a text or a reason comes out. */
function withoutOracle(cases: readonly TemplateCase[], n: number): CampaignResult {
  for (const one of cases) renderHere(one);
  return { attempted: Math.min(cases.length, n), failed: 0, report: 'not compared: no Python here has Jinja2' };
}

function show(one: TemplateCase, { theirs, comparison }: { theirs: OracleAnswer; comparison: Comparison }): string {
  return `${JSON.stringify(one.source)}\n  Jinja2: ${JSON.stringify(theirs)}\n  Weir:   ${JSON.stringify(comparison.ours)}`;
}

export default templateDifferential;
