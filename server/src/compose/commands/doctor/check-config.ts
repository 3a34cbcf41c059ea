import { chosenAdminKey, refuseOpenHost } from '../../../config/admin-key.ts';
import { isWeirError } from '../../../kernel/errors.ts';
import { configFrom } from '../config-options.ts';
import { unresolvedTargets } from '../unresolved-targets.ts';
import type { Finding, Patient } from './finding.ts';

export function checkConfig({ file, environment }: Patient): Finding[] {
  const subject = 'configuration';
  try {
    const { config, origins } = configFrom({ config: file }, environment);
    chosenAdminKey(environment);
    refuseOpenHost(config.server.host, environment);
    const problems = unresolvedTargets(config, environment);
    if (problems.length === 0) {
      const set = origins.size === 1 ? '1 value' : `${origins.size} values`;
      return [{ outcome: 'ok', subject, detail: `valid; ${set} set, the others have their defaults` }];
    }
    return problems.map((detail) => ({ outcome: 'fail', subject, detail, advice: 'Correct the name of the target.' }));
  } catch (thrown) {
    if (!isWeirError(thrown)) throw thrown;
    return thrown.message.split('\n').map((detail) => ({
      outcome: 'fail',
      subject,
      detail,
      advice: '"weir config check" says it again once corrected.',
    }));
  }
}
