import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MasterKey } from '../../../features/credentials/master-key.ts';
import { isWeirError } from '../../../kernel/errors.ts';
import type { Finding, Patient } from './finding.ts';

const subject = 'master key';
const SETTINGS = ['WEIR_MASTER_KEY', 'ENCRYPTION_KEY'];
const OTHERS = 0o077;

export function checkMasterKey({ environment, dataDir }: Patient): Finding[] {
  const setting = SETTINGS.find((name) => (environment[name] ?? '') !== '');
  if (setting !== undefined) return [fromSetting(setting, environment[setting] ?? '')];
  const file = join(dataDir, 'master.key');
  if (!existsSync(file)) {
    if (existsSync(join(dataDir, 'weir.db'))) {
      return [{ outcome: 'warn', subject, detail: `${file} is not there yet`, advice: 'The next start makes it.' }];
    }
    return [{ outcome: 'ok', subject, detail: `the first start makes ${file}` }];
  }
  const mode = statSync(file).mode & 0o777;
  if ((mode & OTHERS) === 0) return [{ outcome: 'ok', subject, detail: `${file}, readable by its owner only` }];
  return [
    {
      outcome: 'fail',
      subject,
      detail: `${file} has mode ${mode.toString(8)}, so others can read it`,
      advice: `chmod 600 ${file}`,
    },
  ];
}

function fromSetting(setting: string, text: string): Finding {
  try {
    MasterKey.parse(text, setting);
    return { outcome: 'ok', subject, detail: `from ${setting}` };
  } catch (thrown) {
    if (!isWeirError(thrown)) throw thrown;
    return { outcome: 'fail', subject, detail: thrown.message, advice: 'Make one with: openssl rand -base64 32' };
  }
}
