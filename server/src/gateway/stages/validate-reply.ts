import type { ResponseFormat } from '../../kernel/chat.ts';
import { isWeirError, type WeirError } from '../../kernel/errors.ts';
import type { Call } from '../../ports/call.ts';
import type { StrictTool } from '../../ports/protocol.ts';
import type { ReplyChecker } from '../../ports/reply-check.ts';
import type { Stage } from '../stage.ts';
import { askAgain } from '../validation/ask-again.ts';
import { invalidReply } from '../validation/invalid-reply.ts';
import { type Judgement, judgeTexts, worse } from '../validation/judge-texts.ts';
import { judgeToolCalls } from '../validation/judge-tool-calls.ts';
import { assertUsable, replyFormat, strictToolsOf } from '../validation/reply-format.ts';
import type { ReplyRules } from '../validation/reply-rules.ts';
import { partsWithTexts, textsOfParts, textsOfReply } from '../validation/reply-texts.ts';
import { partsWithArguments, toolCallsOfParts, toolCallsOfReply } from '../validation/reply-tool-calls.ts';
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
      const isOff = rules.mode === 'off';
      const format = isOff ? undefined : replyFormat(call);
      const tools = isOff ? [] : strictToolsOf(call);
      call.replyWatch = undefined;
      if (format === undefined && tools.length === 0 && !checksEveryReply(rules)) return next();
      return validated(call, next, { rules, format, tools, checker: services.checker });
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
  /** Tools whose arguments must be valid. */
  readonly tools: readonly StrictTool[];
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

function watchNext(call: Call, { rules, format, tools }: Validation): WatchedReply {
  const watch = new WatchedReply(rules, { isJson: format !== undefined, strictTools: tools });
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

async function judge(call: Call, watch: WatchedReply, of: Validation): Promise<Judgement> {
  const { rules, format, tools, checker } = of;
  const whole = call.chatReply?.reply;
  const services = { checker, projectId: call.caller.projectId, rules, format, isGone: call.committed };
  const said = await judgeTexts(whole === undefined ? textsOfParts(watch.parts) : textsOfReply(whole), services);
  if (tools.length === 0 || said.problems.length > 0) return said;
  const calls = whole === undefined ? toolCallsOfParts(watch.parts) : toolCallsOfReply(whole);
  const called = await judgeToolCalls(calls, tools, services);
  return { ...called, changed: said.changed, sanitized: said.sanitized, outcome: worse(said.outcome, called.outcome) };
}

function accept(call: Call, watch: WatchedReply, of: { judgement: Judgement; isReask: boolean }): void {
  const { outcome, changed, mended, sanitized } = of.judgement;
  if (outcome !== undefined) call.validated = of.isReask ? 'reasked' : outcome;
  if (sanitized) call.adjusted.push('reply=sanitized');
  if (call.heldStream !== undefined) {
    if (changed.size + mended.size === 0) call.heldStream.release();
    else call.heldStream.replace(partsWithArguments(partsWithTexts(watch.parts, changed), mended));
  } else if (call.reply !== undefined && call.chatReply !== undefined) {
    if (mended.size > 0) call.reply = { ...call.reply, body: call.chatReply.withArguments(mended, changed) };
    else if (changed.size > 0) call.reply = { ...call.reply, body: call.chatReply.withTexts(changed) };
  }
}

/** False: the call has no ask left, or another one would not help. */
function prepareReask(call: Call, { problems, failedText, failedTool }: Judgement, rules: ReplyRules): boolean {
  if (rules.mode !== 'repair' || call.committed || call.cancelled || call.payload.kind !== 'chat') return false;
  if (problems.some(({ recoverable }) => !recoverable)) return false;
  const spent = call.attempts.filter(({ reason }) => reason === 'reask').length;
  if (spent >= rules.maxReasks) return false;
  const again = askAgain(call.payload, { text: failedText, problems, tool: failedTool });
  if (again === undefined) return false;
  call.payload = again;
  call.nextReason = 'reask';
  return true;
}
