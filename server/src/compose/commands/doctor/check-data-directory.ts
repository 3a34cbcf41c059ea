import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isWeirError } from '../../../kernel/errors.ts';
import { lockDirectory } from '../../../storage/sqlite/directory-lock.ts';
import { systemClock } from '../../system-clock.ts';
import type { Finding, Patient } from './finding.ts';

const subject = 'data directory';

/** File systems over a network, by their magic number: SQLite's locks do not hold on them. */
const NETWORK_FILE_SYSTEMS: Readonly<Record<number, string>> = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'CIFS',
  4266872130: 'SMB2',
  1702057286: 'FUSE',
};

export function checkDataDirectory({ dataDir }: Patient): Finding[] {
  const directory = resolve(dataDir);
  if (existsSync(directory) && !statSync(directory).isDirectory()) {
    return [{ outcome: 'fail', subject, detail: `${directory} is a file`, advice: 'Choose another with --data-dir.' }];
  }
  const place = nearestExisting(directory);
  const access = accessOf(place, directory);
  if (access.outcome === 'fail') return [access];
  return [access, ...networkOf(place), ...usersOf(directory)];
}

/** The folder itself, or the one it will be made in. */
export function nearestExisting(directory: string): string {
  return existsSync(directory) ? directory : nearestExisting(dirname(directory));
}

function accessOf(place: string, directory: string): Finding {
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
    return { outcome: 'ok', subject, detail: place === directory ? directory : `${directory} will be made` };
  } catch {
    return {
      outcome: 'fail',
      subject,
      detail: `${place} is not writable`,
      advice: 'Give this user the right to write there, or choose another directory with --data-dir.',
    };
  }
}

function networkOf(place: string): Finding[] {
  const network = NETWORK_FILE_SYSTEMS[statfsSync(place).type >>> 0];
  if (network === undefined) return [];
  return [
    {
      outcome: 'fail',
      subject,
      detail: `${place} is on ${network}`,
      advice: 'SQLite loses data on network file systems: choose a local disk with --data-dir.',
    },
  ];
}

function usersOf(directory: string): Finding[] {
  if (!existsSync(`${directory}/weir.lock`)) return [];
  try {
    lockDirectory(directory, systemClock.now()).release();
    return [];
  } catch (thrown) {
    if (!isWeirError(thrown)) throw thrown;
    return [{ outcome: 'warn', subject, detail: thrown.message }];
  }
}
