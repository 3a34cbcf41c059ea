import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { evaluateSampling } from './evaluation/sampling.ts';

const { data } = parseArgs({ options: { data: { type: 'string' } } }).values;
if (data === undefined || !existsSync(data)) {
  console.error('eval:sampling needs --data DIR: the folder of the loghub sets. Nothing was measured.');
  process.exitCode = 1;
} else {
  const missed = evaluateSampling(data);
  for (const reason of missed) console.log(`missed: ${reason}`);
  process.exitCode = missed.length > 0 ? 1 : 0;
}
