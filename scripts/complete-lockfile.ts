import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findMissingPackages, type LockedPackages, lockPlatformPackage } from './lockfile/platform-packages.ts';

// npm leaves a platform package out of the lockfile when the registry did not show it at that moment, and `npm ci`
// then refuses on every machine. Run this after `npm install`.
const path = join(import.meta.dirname, '../package-lock.json');
const lockfile = JSON.parse(readFileSync(path, 'utf8')) as { packages: LockedPackages };
const missing = findMissingPackages(lockfile.packages);
const added = missing.map(
  (entry) => [`node_modules/${entry.name}`, lockPlatformPackage(entry, lockfile.packages)] as const,
);
const sorted = [...Object.entries(lockfile.packages), ...added].toSorted(([a], [b]) => a.localeCompare(b, 'en'));

writeFileSync(path, `${JSON.stringify({ ...lockfile, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
console.log(`${added.length} platform packages added to package-lock.json`);
