import { version } from '../../../cli/version.ts';
import { refuseOldVersion } from '../../../storage/sqlite/open-database.ts';
import type { Finding } from './finding.ts';

/** Node.js itself was judged before anything of Weir was loaded. */
export function checkVersions(): Finding[] {
  const sqlite = process.versions.sqlite ?? 'unknown';
  const found: Finding[] = [{ outcome: 'ok', subject: 'Weir', detail: version }];
  found.push({ outcome: 'ok', subject: 'Node.js', detail: process.versions.node });
  try {
    refuseOldVersion(sqlite);
    found.push({ outcome: 'ok', subject: 'SQLite', detail: sqlite });
  } catch (thrown) {
    found.push({ outcome: 'fail', subject: 'SQLite', detail: sqlite, advice: (thrown as Error).message });
  }
  return found;
}
