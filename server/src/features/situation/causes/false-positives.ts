import type { Facts, Statement } from '../facts.ts';
import { shortName } from '../wording.ts';

export const LEAST_REPORTS = 3;
export const LEAST_SHARE = 0.5;

/** People say of half of what they judged of a guardrail's findings that they were wrong. */
export function falsePositives({ judgements }: Facts): Statement[] {
  const guardrails = [...new Set(judgements.map(({ guardrail }) => guardrail))];
  return guardrails.flatMap((guardrail) => {
    const own = judgements.filter((judgement) => judgement.guardrail === guardrail);
    const wrong = own.filter(({ isFalseAlarm }) => isFalseAlarm).length;
    if (wrong < LEAST_REPORTS || wrong < LEAST_SHARE * own.length) return [];
    return [
      {
        cause: 'guardrail_false_positives',
        object: guardrail,
        severity: 'warning',
        sentence: `Guardrail ${shortName(guardrail)} stops good calls: ${wrong} false alarms reported.`,
        href: '/guardrails',
      },
    ];
  });
}
