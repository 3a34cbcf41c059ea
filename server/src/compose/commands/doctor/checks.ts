import { checkClock } from './check-clock.ts';
import { checkConfig } from './check-config.ts';
import { checkDataDirectory } from './check-data-directory.ts';
import { checkDatabase } from './check-database.ts';
import { checkDisk } from './check-disk.ts';
import { checkMasterKey } from './check-master-key.ts';
import { checkPort } from './check-port.ts';
import { checkProviders } from './check-providers.ts';
import { checkVersions } from './check-versions.ts';
import type { Check } from './finding.ts';

/** In the order of a start: what comes first may explain what comes later. */
export const DOCTOR_CHECKS: readonly Check[] = [
  { name: 'versions', run: checkVersions },
  { name: 'configuration', run: checkConfig },
  { name: 'data directory', run: checkDataDirectory },
  { name: 'database', run: checkDatabase },
  { name: 'disk', run: checkDisk },
  { name: 'master key', run: checkMasterKey },
  { name: 'port', run: checkPort },
  { name: 'clock', run: checkClock },
  { name: 'providers', run: checkProviders },
];

export type { Finding } from './finding.ts';
