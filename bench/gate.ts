// Compares the last benchmark with the limits: node bench/gate.ts [--json FILE]. Exits 1 when one is exceeded.
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { lastResultFile } from './harness/paths.ts';
import { limits } from './limits.ts';
import type { BenchResult } from './report/result.ts';
import { renderTable } from './report/table.ts';
import { verdictsOf } from './report/verdict.ts';

const { values } = parseArgs({ options: { json: { type: 'string', default: lastResultFile } } });

if (!existsSync(values.json)) {
  console.error(`bench:gate: no result in ${values.json}; run "npm run bench" first`);
  process.exitCode = 2;
} else {
  process.exitCode = judge(JSON.parse(readFileSync(values.json, 'utf8')) as BenchResult);
}

function judge(result: BenchResult): number {
  const verdicts = verdictsOf(result, limits);
  const rows = verdicts.map(({ name, limit, value, outcome }) => [name, value?.toFixed(2) ?? '-', limit, outcome]);
  console.log(`run of ${result.at}, ${result.repeats} repeats${result.quick ? ', quick' : ''}`);
  console.log(renderTable([['figure', 'median', 'limit', 'outcome'], ...rows]));
  const faults = result.outcomes.filter(({ contestant, fault }) => contestant === 'weir' && fault !== undefined);
  for (const { workload, repeat, fault } of faults) console.log(`FAILED weir ${workload} (repeat ${repeat}): ${fault}`);
  const exceeded = verdicts.filter(({ outcome }) => outcome === 'exceeded').length;
  const measured = verdicts.filter(({ outcome }) => outcome !== 'not measured').length;
  if (measured === 0) console.log('nothing of Weir was measured in this run');
  return exceeded > 0 || faults.length > 0 || measured === 0 ? 1 : 0;
}
