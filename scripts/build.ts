import { join } from 'node:path';
import { emitSampler } from './build/emit-sampler.ts';
import { emitWorkspaces } from './build/emit-workspaces.ts';

const root = join(import.meta.dirname, '..');
const results = [emitWorkspaces(root), emitSampler(root)];
const written = results.flatMap((result) => result.written);
const problems = results.map((result) => result.problems).join('');
if (problems !== '' || written.length === 0) {
  console.error(problems || 'There was nothing to build.');
  process.exitCode = 1;
} else {
  console.log(`built ${written.length} files into server/dist, contract/dist and sampler/dist`);
}
