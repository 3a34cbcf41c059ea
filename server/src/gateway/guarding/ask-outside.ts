import { isWeirError } from '../../kernel/errors.ts';
import type { Finding } from '../../kernel/finding.ts';
import type { OutsideGuardrail } from '../../ports/guard-policy.ts';
import type { GuardedText } from '../../ports/guard-scanner.ts';
import { uncheckedError } from './guard-errors.ts';
import { type Judging, refusal } from './judge-call.ts';
import { noteFinding, noteUnscanned } from './note-findings.ts';

/** Webhooks and judging models. Those that block are waited for, the others tell what they see while the call goes on. */
export async function judgeOutside(texts: readonly GuardedText[], of: Judging): Promise<void> {
  const { outside } = of.plan;
  for (const guardrail of outside) if (guardrail.mode === 'monitor') void ask(guardrail, texts, of);
  for (const guardrail of outside) {
    if (guardrail.mode === 'monitor') continue;
    const finding = await ask(guardrail, texts, of);
    if (finding !== undefined) throw refusal(finding, undefined, of);
  }
}

/** Never rejects for a guardrail that monitors. */
async function ask(
  guardrail: OutsideGuardrail,
  texts: readonly GuardedText[],
  of: Judging,
): Promise<Finding | undefined> {
  const { call, plan, direction, services, policy } = of;
  const { observer } = services;
  const origin = texts[0]?.origin ?? 'user';
  try {
    const verdict = await services.askOutside(guardrail.name, { call, texts, direction });
    if (!verdict.isBlocked) return undefined;
    const finding: Finding = {
      guardrail: guardrail.name,
      type: verdict.type,
      start: 0,
      end: 0,
      score: verdict.score,
      origin,
      action: guardrail.mode === 'monitor' ? 'monitor' : 'block',
    };
    noteFinding(call, finding, { observer, direction });
    return finding;
  } catch (thrown) {
    noteUnscanned(call, plan, { observer, direction, origin });
    if (guardrail.mode === 'monitor' || policy.onError === 'pass') return undefined;
    // A run that has no money for its judge waits for it, as for any call.
    if (call.run !== undefined && isOfMoney(thrown)) throw thrown;
    throw uncheckedError(guardrail.name, { direction, deadlineMs: policy.deadlineMs });
  }
}

function isOfMoney(thrown: unknown): boolean {
  return isWeirError(thrown) && (thrown.code === 'limit.budget' || thrown.code === 'approval.required');
}
