import { join } from 'node:path';
import { CURRENT_MILESTONE, REQUIREMENTS } from '../test/requirements.ts';
import { readCitations } from '../test/support/citations.ts';

const { files, citations } = readCitations(join(import.meta.dirname, '..'));

for (const { id, milestone, promise } of REQUIREMENTS) {
  const paths = [...new Set(citations.filter((citation) => citation.id === id).map(({ path }) => path))];
  const status = paths.length > 0 ? paths.join(', ') : milestone <= CURRENT_MILESTONE ? 'NOT CITED' : 'pending';
  console.log(`${id.padEnd(5)} ${milestone}  ${promise.slice(0, 60).padEnd(60)}  ${status}`);
}

const due = REQUIREMENTS.filter(({ milestone }) => milestone <= CURRENT_MILESTONE);
const proven = due.filter(({ id }) => citations.some((citation) => citation.id === id));
console.log(`\n${proven.length} of ${due.length} rows due are cited, in ${files} test files`);
