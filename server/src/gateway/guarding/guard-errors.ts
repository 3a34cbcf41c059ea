import { WeirError } from '../../kernel/errors.ts';
import type { Finding } from '../../kernel/finding.ts';
import type { GuardPolicy } from '../../ports/guard-policy.ts';
import type { Direction } from './guard-services.ts';

const TYPES: Readonly<Record<string, string>> = {
  injection: 'prompt_injection',
  harmful: 'harmful',
  pii: 'pii',
  secrets: 'secrets',
};

/** What clients tell guardrails apart by. */
export function guardType(guardrail: string): string {
  return TYPES[guardrail] ?? 'custom';
}

/** The refusal: says which guardrail, what kind and where, never the text. */
export function blockedError(
  finding: Finding,
  of: { direction: Direction; policy: GuardPolicy; path: readonly (string | number)[] | undefined },
): WeirError {
  const { guardrail, type, start, end, score, origin } = finding;
  const param = of.path === undefined ? undefined : placeOf(of.path);
  const where = param === undefined ? 'the reply' : param;
  const what = of.direction === 'input' ? 'request' : 'reply';
  return new WeirError('guard.blocked', {
    message: `The guardrail "${guardrail}" blocked the ${what}: ${type.replaceAll('_', ' ')} in ${where}. What guardrails do is set by guardrails.${guardrail} in the configuration or the project's policy.`,
    status: of.policy.blockedStatus,
    ...(param === undefined ? {} : { param }),
    details: { type: guardType(guardrail), guardrail, kind: type, direction: of.direction, origin, score, start, end },
  });
}

/** A guardrail that must hold could not look: nothing passes unchecked. */
export function uncheckedError(guardrail: string, of: { direction: Direction; deadlineMs: number }): WeirError {
  return new WeirError('guard.blocked', {
    message: `The guardrail "${guardrail}" could not check the ${of.direction === 'input' ? 'request' : 'reply'} within guardrails.deadline_ms (${of.deadlineMs} ms). Try again; guardrails.on_error: pass lets such calls through.`,
    status: 503,
    retryable: true,
    retryAfterMs: 1000,
    details: { type: guardType(guardrail), guardrail, kind: 'unchecked', direction: of.direction },
  });
}

/** `messages[2].content[0].text` */
export function placeOf(path: readonly (string | number)[]): string {
  let place = '';
  for (const step of path) place += typeof step === 'number' ? `[${step}]` : place === '' ? step : `.${step}`;
  return place;
}
