import { parseArgs } from 'node:util';
import { compareWithOracle } from '../test/templates/compare.ts';
import { askOracle } from '../test/templates/oracle.ts';
import { readCorpus } from '../test/templates/read-corpus.ts';

/** Compares the corpus of templates with Python's Jinja2: `node scripts/jinja-oracle.ts [--refused]` lists what differs. */
const { values } = parseArgs({ options: { refused: { type: 'boolean', default: false } } });
const counts = { equal: 0, refused: 0, wrong: 0 };
let failures = 0;

for (const { name, cases } of readCorpus()) {
  const answers = askOracle(cases);
  for (const [at, one] of cases.entries()) {
    const theirs = answers[at];
    if (theirs === undefined) continue;
    const { verdict, ours } = compareWithOracle(one, theirs);
    counts[verdict] += 1;
    if ('error' in theirs) failures += 1;
    if (verdict === 'wrong' || (verdict === 'refused' && values.refused)) {
      console.log(
        `${verdict} in ${name}: ${JSON.stringify(one.source)}\n  Jinja2: ${JSON.stringify(theirs)}\n  Weir:   ${ours}`,
      );
    }
  }
}

const total = counts.equal + counts.refused + counts.wrong;
const share = ((100 * counts.equal) / total).toFixed(1);
console.log(
  `${total} templates: ${counts.equal} equal (${share}%; ${failures} of them refused by both or by Jinja2), ${counts.refused} refused with a reason, ${counts.wrong} wrong`,
);
process.exitCode = counts.wrong > 0 ? 1 : 0;
