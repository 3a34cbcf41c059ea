import { statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import { nearestExisting } from './check-data-directory.ts';
import type { Finding, Patient } from './finding.ts';

const GIB = 1024 ** 3;
/** The spool alone may grow to 1 GiB while the database is away. */
const WARN_BELOW = 2 * GIB;
const FAIL_BELOW = 0.1 * GIB;

export function checkDisk({ dataDir }: Patient): Finding[] {
  const disk = statfsSync(nearestExisting(resolve(dataDir)));
  const free = disk.bavail * disk.bsize;
  const outcome = free < FAIL_BELOW ? 'fail' : free < WARN_BELOW ? 'warn' : 'ok';
  const detail = `${(free / GIB).toFixed(1)} GiB free`;
  if (outcome === 'ok') return [{ outcome, subject: 'disk space', detail }];
  return [
    { outcome, subject: 'disk space', detail, advice: 'Make room: a full disk stops calls from being recorded.' },
  ];
}
