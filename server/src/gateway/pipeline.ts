import type { ContentSink } from '../ports/content-sink.ts';
import type { ConversationState } from '../ports/conversation-state.ts';
import type { GuardServices } from './guarding/guard-services.ts';
import type { Stage } from './stage.ts';
import { type AdmitServices, admit } from './stages/admit.ts';
import { answerDefault } from './stages/answer-default.ts';
import { attachConversation } from './stages/attach-conversation.ts';
import { type CacheServices, cache } from './stages/cache.ts';
import { type CallProviderServices, callProvider } from './stages/call-provider.ts';
import { captureContent } from './stages/capture-content.ts';
import { type ChooseTargetServices, chooseTarget } from './stages/choose-target.ts';
import { guardInput } from './stages/guard-input.ts';
import { guardOutput } from './stages/guard-output.ts';
import { keepAnswer } from './stages/keep-answer.ts';
import { type LimitRateServices, limitRate } from './stages/limit-rate.ts';
import { type RecordUsageServices, recordUsage } from './stages/record-usage.ts';
import { type RenderPromptServices, renderPrompt } from './stages/render-prompt.ts';
import { type ReserveBudgetServices, reserveBudget } from './stages/reserve-budget.ts';
import { type RetryServices, retry } from './stages/retry.ts';
import { type CallObserver, trace } from './stages/trace.ts';
import { type ValidateReplyServices, validateReply } from './stages/validate-reply.ts';

export interface PipelineServices {
  readonly observers: readonly CallObserver[];
  readonly admit: AdmitServices;
  readonly prompts: RenderPromptServices;
  readonly conversations: ConversationState;
  readonly guards: GuardServices;
  readonly limitRate: LimitRateServices;
  readonly content: ContentSink;
  readonly cache: CacheServices;
  readonly chooseTarget: ChooseTargetServices;
  readonly validateReply: ValidateReplyServices;
  readonly retry: RetryServices;
  readonly reserveBudget: ReserveBudgetServices;
  readonly recordUsage: RecordUsageServices;
  readonly callProvider: CallProviderServices;
}

/** What happens to a call, in this order. */
export function pipeline(services: PipelineServices): readonly Stage[] {
  return [
    trace(services.observers), // sees everything the others do
    admit(services.admit), // refuses before anything is spent
    renderPrompt(services.prompts), // what the call says, before anybody reads it; it may name the model
    attachConversation(services.conversations), // history decides what is sent, and sometimes where
    limitRate(services.limitRate), // all limits or none, before any work is done for the call
    guardInput(services.guards), // findings on what goes out; redacting changes string values only
    captureContent(services.content), // what was guarded on its way out and back, cached replies too
    cache(services.cache), // keeps what was guarded and valid; a hit costs nothing
    guardOutput(services.guards), // what comes back passes a sliding window before bytes leave
    answerDefault(services.validateReply), // when no target gave a valid reply
    chooseTarget(services.chooseTarget), // each target gets its own retries
    validateReply(services.validateReply), // asks the same target again before another one is tried
    retry(services.retry), // each try gets its own record
    reserveBudget(services.reserveBudget), // each try reserves its worst case at its own target's price
    recordUsage(services.recordUsage), // the intent precedes the request, the record precedes the last byte
    keepAnswer(), // before the record: an answer that was paid for is not lost
    callProvider(services.callProvider), // one attempt
  ];
}
