import { action } from '../../cli/action.ts';
import { JSON_OPTION } from '../../cli/connection.ts';
import { progressBar } from '../../cli/progress.ts';
import { coloured } from '../../cli/table.ts';
import { CONFIG, DATA_DIR, DEFAULT_DATA_DIR } from './config-options.ts';
import { DOCTOR_CHECKS, type Finding } from './doctor/checks.ts';

const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

export const doctor = action({
  summary: 'Examine this machine and the configuration, and say what to do',
  options: { ...CONFIG, ...DATA_DIR, json: JSON_OPTION },
  notes: ['Costs nothing and changes nothing. Exit code 1 when something fails; warnings do not count.'],
  async run({ context, options }) {
    const of = {
      file: options.config,
      environment: context.environment,
      dataDir: options['data-dir'] ?? DEFAULT_DATA_DIR,
    };
    const bar = progressBar(context, DOCTOR_CHECKS.length, 'examining');
    const findings: Finding[] = [];
    for (const [at, check] of DOCTOR_CHECKS.entries()) {
      bar.advance(at, check.name);
      findings.push(...(await check.run(of)));
    }
    bar.end();
    if (options.json) context.out(JSON.stringify({ data: findings }, null, 2));
    else for (const finding of findings) context.out(lineOf(finding, context.hasColours));
    return findings.some(({ outcome }) => outcome === 'fail') ? 1 : 0;
  },
});

function lineOf({ outcome, subject, detail, advice }: Finding, colours: boolean): string {
  const verdict = coloured(COLOURS[outcome], outcome.padEnd(4), colours);
  return `${verdict}  ${subject}: ${detail}${advice === undefined ? '' : `\n      ${advice}`}`;
}
