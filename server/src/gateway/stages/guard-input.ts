import { WeirError } from '../../kernel/errors.ts';
import { judgeOutside } from '../guarding/ask-outside.ts';
import type { GuardServices } from '../guarding/guard-services.ts';
import { type JudgedText, type Judging, judgeFully, judgeInBackground, judgeInline } from '../guarding/judge-call.ts';
import type { Stage } from '../stage.ts';

/**
 * Looks at what goes out. The inline tier always; the full detectors before the request leaves only where something redacts or
 * blocks, otherwise in a thread while the call goes on.
 */
export function guardInput(services: GuardServices): Stage {
  return {
    name: 'guardInput',
    around(call, next) {
      const policy = services.policy(call);
      const plan = policy?.input;
      if (policy === undefined || plan === undefined) return next();
      const texts = services.texts.ofRequest(call.payload);
      if (texts.length === 0) return next();
      const judging: Judging = { call, direction: 'input', plan, policy, services };
      if (plan.isStrict) return holdUntilJudged(texts, judging, next);
      judgeInline(texts, judging);
      const running = next();
      if (plan.inBackground) judgeInBackground(texts, judging);
      if (plan.outside.length > 0) void judgeOutside(texts, judging);
      return running;
    },
  };
}

async function holdUntilJudged(
  texts: readonly JudgedText[],
  judging: Judging,
  next: () => Promise<void>,
): Promise<void> {
  const { call, services } = judging;
  judgeInline(texts, judging);
  const redactions = await judgeFully(texts, judging);
  if (redactions.size > 0) {
    call.payload = services.texts.changeRequest(call.payload, (text) => redactions.get(text));
    call.adjusted.push('request=redacted');
  }
  if (judging.plan.outside.length > 0) {
    await judgeOutside(redactions.size === 0 ? texts : services.texts.ofRequest(call.payload), judging);
  }
  if (call.cancelled) throw new WeirError('call.cancelled');
  return next();
}
