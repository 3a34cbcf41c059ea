import { isWeirError } from '../../../kernel/errors.ts';
import { configFrom } from '../config-options.ts';
import { storedSettings } from '../stored-settings.ts';
import type { Finding, Patient } from './finding.ts';

const subject = 'database';

/** PostgreSQL, where the configuration names one; SQLite is looked at with the data directory. */
export async function checkDatabase({ file, environment, dataDir }: Patient): Promise<Finding[]> {
  const databaseUrl = urlOf({ file, environment });
  if (databaseUrl === undefined) return [];
  const { host, pathname } = new URL(databaseUrl);
  try {
    const stored = await storedSettings({ dataDir, databaseUrl });
    const detail = `PostgreSQL at ${host}${pathname} answers; ${stored.length} settings and credentials were made by API`;
    return [{ outcome: 'ok', subject, detail }];
  } catch (thrown) {
    if (!isWeirError(thrown)) throw thrown;
    const advice = 'Check database.url (DATABASE_URL), that the server runs, and that its user may read.';
    return [{ outcome: 'fail', subject, detail: `PostgreSQL at ${host}${pathname}: ${thrown.message}`, advice }];
  }
}

function urlOf({ file, environment }: Pick<Patient, 'file' | 'environment'>): string | undefined {
  try {
    return configFrom({ config: file }, environment).config.database.url;
  } catch (thrown) {
    if (isWeirError(thrown)) return undefined; // the check of the configuration says it
    throw thrown;
  }
}
