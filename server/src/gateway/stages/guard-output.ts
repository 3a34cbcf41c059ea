import { WeirError } from '../../kernel/errors.ts';
import type { Call, OutputGuard } from '../../ports/call.ts';
import type { GuardedText } from '../../ports/guard-scanner.ts';
import { judgeOutside } from '../guarding/ask-outside.ts';
import { changeReply, textsOfReply } from '../guarding/guard-reply.ts';
import type { GuardServices } from '../guarding/guard-services.ts';
import { HoldingGuard } from '../guarding/holding-guard.ts';
import {
  type Judging,
  judgeFully,
  judgeInBackground,
  judgeInline,
  note,
  passOrThrow,
  redactedHits,
} from '../guarding/judge-call.ts';
import { ListeningGuard } from '../guarding/listening-guard.ts';
import type { Stage } from '../stage.ts';

/**
 * Looks at what comes back before it leaves. Where something redacts or blocks, whole replies wait for the full detectors and
 * streams pass through a sliding window; otherwise nothing is held.
 */
export function guardOutput(services: GuardServices): Stage {
  return {
    name: 'guardOutput',
    around(call, next) {
      const policy = call.payload.kind === 'chat' ? services.policy(call) : undefined;
      const plan = policy?.output;
      if (policy === undefined || plan === undefined) return next();
      const judging: Judging = { call, direction: 'output', plan, policy, services };
      if (!call.stream) return next().then(() => judgeWhole(call, judging));
      call.outputGuard = plan.isStrict ? holding(judging) : listening(judging);
      return next();
    },
    ignoresParts: (call) => call.outputGuard === undefined,
    part(call, part, emit) {
      if (call.outputGuard === undefined) emit(part);
      else call.outputGuard.part(part, emit);
    },
    needsParts: (call) => call.outputGuard?.skimmed === undefined,
    skimmed: (call, bytes, text) => call.outputGuard?.skimmed?.(bytes, text),
  };
}

function judgeWhole(call: Call, judging: Judging): Promise<void> | undefined {
  if (call.chatReply === undefined || call.reply === undefined) return undefined;
  const texts = textsOfReply(call.chatReply.reply);
  if (texts.length === 0) return undefined;
  if (judging.plan.isStrict) return judgeStrictly(call, texts, judging);
  judgeInline(texts, judging);
  if (judging.plan.inBackground) judgeInBackground(texts, judging);
  if (judging.plan.outside.length > 0) void judgeOutside(texts, judging);
  return undefined;
}

async function judgeStrictly(call: Call, texts: readonly GuardedText[], judging: Judging): Promise<void> {
  try {
    judgeInline(texts, judging);
    const redactions = await judgeFully(texts, judging);
    if (redactions.size > 0) redactReply(call, (text) => redactions.get(text), judging.services);
    if (judging.plan.outside.length > 0) await judgeOutside(texts, judging);
    if (call.cancelled) throw new WeirError('call.cancelled');
  } catch (thrown) {
    call.reply = undefined;
    throw thrown;
  }
}

function redactReply(call: Call, change: (text: string) => string | undefined, services: GuardServices): void {
  const { reply, chatReply, payload } = call;
  if (reply === undefined || chatReply === undefined || payload.kind !== 'chat') return;
  const edited = services.texts.changeReply(payload.protocol.wire, reply.body, change);
  call.reply = { ...reply, body: edited ?? chatReply.encode(changeReply(chatReply.reply, change)) };
  call.adjusted.push('reply=redacted');
}

function listening(judging: Judging): OutputGuard {
  return new ListeningGuard((heard) => {
    const texts: GuardedText[] = [{ text: heard, origin: 'output' }];
    judgeInline(texts, judging);
    if (judging.plan.inBackground) judgeInBackground(texts, judging);
    if (judging.plan.outside.length > 0) void judgeOutside(texts, judging);
  });
}

/** The windows are short, so they are judged where they are. */
function holding(judging: Judging): OutputGuard {
  const { services, plan } = judging;
  const find = (text: string, base: number) => {
    try {
      const { hits } = services.scanner.now({ text, origin: 'output' }, plan);
      const placed = hits.map((hit) => ({ ...hit, start: hit.start + base, end: hit.end + base }));
      note({ text, origin: 'output' }, placed, judging);
      return redactedHits(hits, plan);
    } catch (thrown) {
      passOrThrow(thrown, judging);
      return [];
    }
  };
  const redact = services.scanner.redact;
  return new HoldingGuard({ find, redact }, (text) => {
    const found = find(text, 0);
    return found.length === 0 ? undefined : redact(text, found);
  });
}
