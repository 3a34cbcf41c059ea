import type { ResponseFormat } from '../../kernel/chat.ts';
import { isWeirError, type WeirError } from '../../kernel/errors.ts';
import type { Call } from '../../ports/call.ts';
import type { ReplyChecker } from '../../ports/reply-check.ts';
import type { Stage } from '../stage.ts';
import { askAgain } from '../validation/ask-again.ts';
import { invalidReply } from '../validation/invalid-reply.ts';
import { type Judgement, judgeTexts } from '../validation/judge-texts.ts';
import { assertUsable, replyFormat } from '../validation/reply-format.ts';
import type { ReplyRules } from '../validation/reply-rules.ts';
import { partsWithTexts, textsOfParts, textsOfReply } from '../validation/reply-texts.ts';
import { WatchedReply } from '../validation/watched-reply.ts';

export interface ValidateReplyServices {
  readonly rules: (call: Call) => ReplyRules;
  readonly checker: ReplyChecker;
}

/**
 * Nothing that was asked to be JSON leaves, or is kept, before it is: mends it, asks the same target again with what is
 * wrong, and gives up with `reply.invalid`, which lets the next target try.
 */
export function validateReply(services: ValidateReplyServices): Stage {
  return {
    name: 'validateReply',
    around(call, next) {
      if (call.payload.kind !== 'chat') return next();
      const rules = services.rules(call);
      const format = rules.mode === 'off' ? undefined : replyFormat(call);
      call.replyWatch = undefined;
      if (format === undefined && !checksEveryReply(rules)) return next();
      return validated(call, next, { rules, format, checker: services.checker });
    },
    ignoresParts: (call) => call.replyWatch === undefined,
    part(call, part, emit) {
      emit(call.replyWatch === undefined ? part : call.replyWatch.part(call, part));
    },
  };
}

function checksEveryReply(rules: ReplyRules): boolean {
  const sanitizes = rules.sanitizeJson !== 'none' || rules.sanitizeText !== 'none';
  return sanitizes || rules.stripsControl || rules.maxCharacters !== undefined;
}

interface Validation {
  readonly rules: ReplyRules;
  readonly format: ResponseFormat | undefined;
  readonly checker: ReplyChecker;
}

async function validated(call: Call, next: () => Promise<void>, of: Validation): Promise<void> {
  if (of.format !== undefined) await assertUsable(call, of.format, of.checker);
  const asked = call.payload;
  let failure: WeirError | undefined;
  try {
    for (;;) {
      const watch = watchNext(call, of);
      await attempt(next, failure);
      const judgement = await judge(call, watch, of);
      if (judgement.problems.length === 0) return accept(call, watch, { judgement, isReask: failure !== undefined });
      call.validated = 'invalid';
      failure = invalidReply(judgement.problems);
      forget(call);
      if (!prepareReask(call, judgement, of.rules)) throw failure;
    }
  } catch (thrown) {
    forget(call);
    throw thrown;
  } finally {
    call.payload = asked;
  }
}

function watchNext(call: Call, { rules, format }: Validation): WatchedReply {
  const watch = new WatchedReply(rules, { isJson: format !== undefined });
  call.replyWatch = watch;
  return watch;
}

/** What is not valid is nobody's to keep. */
function forget(call: Call): void {
  call.reply = undefined;
  call.chatReply = undefined;
  call.heldStream = undefined;
  call.tail = undefined;
}

/** When asking again is itself refused (budget, prompt too long), the first failure is what the client should see. */
async function attempt(next: () => Promise<void>, failure: WeirError | undefined): Promise<void> {
  try {
    await next();
  } catch (thrown) {
    const isRefused = isWeirError(thrown) && thrown.fault !== 'upstream' && thrown.code !== 'call.cancelled';
    throw failure !== undefined && isRefused ? failure : thrown;
  }
}

function judge(call: Call, watch: WatchedReply, { rules, format, checker }: Validation): Promise<Judgement> {
  const texts = call.chatReply === undefined ? textsOfParts(watch.parts) : textsOfReply(call.chatReply.reply);
  return judgeTexts(texts, { checker, rules, format, isGone: call.committed });
}

function accept(call: Call, watch: WatchedReply, of: { judgement: Judgement; isReask: boolean }): void {
  const { outcome, changed, sanitized } = of.judgement;
  if (outcome !== undefined) call.validated = of.isReask ? 'reasked' : outcome;
  if (sanitized) call.adjusted.push('reply=sanitized');
  if (call.heldStream !== undefined) {
    if (changed.size === 0) call.heldStream.release();
    else call.heldStream.replace(partsWithTexts(watch.parts, changed));
  } else if (changed.size > 0 && call.reply !== undefined && call.chatReply !== undefined) {
    call.reply = { ...call.reply, body: call.chatReply.withTexts(changed) };
  }
}

/** False: the call has no ask left, or another one would not help. */
function prepareReask(call: Call, { problems, failedText }: Judgement, rules: ReplyRules): boolean {
  if (rules.mode !== 'repair' || call.committed || call.cancelled || call.payload.kind !== 'chat') return false;
  if (problems.some(({ recoverable }) => !recoverable)) return false;
  const spent = call.attempts.filter(({ reason }) => reason === 'reask').length;
  if (spent >= rules.maxReasks) return false;
  const again = askAgain(call.payload, { text: failedText, problems });
  if (again === undefined) return false;
  call.payload = again;
  call.nextReason = 'reask';
  return true;
}
