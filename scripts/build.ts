import { join } from 'node:path';
import { emitWorkspaces } from './build/emit-workspaces.ts';

const { written, problems } = emitWorkspaces(join(import.meta.dirname, '..'));
if (problems !== '' || written.length === 0) {
  console.error(problems || 'There was nothing to build.');
  process.exitCode = 1;
} else {
  console.log(`built ${written.length} files into server/dist and contract/dist`);
}
