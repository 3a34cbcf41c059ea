import { toWeirError, WeirError } from '../../kernel/errors.ts';
import { requestId } from '../../kernel/ids.ts';
import { asObject, parseJson } from '../../kernel/json.ts';
import type { UsageRecord } from '../../kernel/usage-record.ts';
import { type Call, cancelCall, newCall, type Outcome } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EvalAnswer, EvalCall, EvalCalls, SaidAnswer } from '../../ports/eval-calls.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { openaiChatClient } from '../../protocols/openai-chat/client.ts';
import { decodeChatReply } from '../../protocols/openai-chat/decode-reply.ts';
import { NOWHERE } from '../caching/internal-call.ts';

export interface EvalCallsParts {
  readonly run: (call: Call) => Promise<Outcome>;
  readonly clock: Clock;
  readonly ledger: Pick<Ledger, 'calls' | 'records'>;
}

const PAGE = 1000;

/** Calls of evaluations on the OpenAI chat wire: the whole pipeline holds for them, as for a client's. */
export function evalCalls({ run, clock, ledger }: EvalCallsParts): EvalCalls {
  return {
    async ask(question) {
      const id = requestId(clock.now());
      let said: SaidAnswer | undefined;
      const keep = (call: Call): Promise<void> => {
        said = saidIn(call);
        return question.keep(said);
      };
      let call: Call;
      try {
        call = callFor(question, { id, clock, keep });
      } catch (error) {
        return { ...NOTHING, requestId: id, error: toWeirError(error) };
      }
      const cancel = () => cancelCall(call);
      if (question.signal.aborted) cancel();
      else question.signal.addEventListener('abort', cancel, { once: true });
      try {
        const { error } = await run(call);
        const wrong = error ?? (said === undefined ? new WeirError('upstream.bad_reply') : undefined);
        return { ...NOTHING, requestId: id, ...said, ...measured(call.record), error: wrong };
      } catch (error) {
        return { ...NOTHING, requestId: id, ...measured(call.record), error: toWeirError(error) };
      } finally {
        question.signal.removeEventListener('abort', cancel);
      }
    },
    async known(said) {
      const [record] = await ledger.calls([said.requestId]);
      return { ...NOTHING, ...said, ...measured(record) };
    },
    async spentBy({ id, projectId }) {
      let nano = 0;
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await ledger.records({
          ...{ projectId, runId: id, limit: PAGE },
          ...(cursor === undefined ? {} : { cursor }),
        });
        for (const { cost_nano_usd } of page.data) nano += cost_nano_usd;
        cursor = page.nextCursor;
      }
      return nano;
    },
  };
}

const NOTHING: EvalAnswer = {
  ...{ requestId: '', error: undefined, text: '', toolCalls: [], finishReason: 'error', model: '' },
  ...{ costNano: 0, latencyMs: 0, inputTokens: 0, outputTokens: 0 },
};

function callFor(of: EvalCall, by: { id: string; clock: Clock; keep: (call: Call) => Promise<void> }): Call {
  const { caller, purpose, body, isFresh, timeoutMs, run, budgets } = of;
  const { id, clock, keep } = by;
  const request = openaiChatClient.decode(Buffer.from(JSON.stringify(body)), body, {});
  return newCall({
    id,
    startedAt: clock.now(),
    startedMono: clock.monotonic(),
    caller,
    attribution: { userId: undefined, agentType: purpose, sessionId: undefined, tags: {}, traceparent: undefined },
    operation: 'chat',
    wire: purpose,
    models: [String(body.model)],
    stream: false,
    limits: { totalMs: timeoutMs, attemptMs: timeoutMs, idleMs: timeoutMs, askedByClient: true },
    clientHeaders: {},
    output: NOWHERE,
    payload: { kind: 'chat', protocol: openaiChatClient, request },
    pinned: undefined,
    cacheAsked: isFresh ? 'bypass' : undefined,
    run: {
      ...{ runId: run.id, step: run.item, idempotencyKey: undefined },
      ...{ budgets, allowances: [], isApproved: false, keep, beside: undefined },
    },
  });
}

/** As the ledger has it, attempts that failed included. */
function measured(record: UsageRecord | undefined): Partial<EvalAnswer> {
  if (record === undefined) return {};
  const { tokens } = record;
  return {
    model: record.model ?? '',
    costNano: record.cost_nano_usd,
    latencyMs: record.response_time_ms,
    inputTokens: tokens.input + tokens.cache_read + tokens.cache_write_5m + tokens.cache_write_1h,
    outputTokens: tokens.output + tokens.reasoning,
  };
}

/** Of the bytes that would have gone to a client: guarded, mended, from the cache or not. */
function saidIn(call: Call): SaidAnswer {
  const json = asObject(parseJson(call.reply?.body.toString('utf8') ?? ''));
  if (json === undefined) throw new WeirError('upstream.bad_reply');
  const [choice] = decodeChatReply(json).choices;
  const content = choice?.content ?? [];
  return {
    requestId: call.id,
    text: content.map((item) => (item.type === 'text' || item.type === 'refusal' ? item.text : '')).join(''),
    toolCalls: content.flatMap((item) =>
      item.type === 'tool-call'
        ? [{ name: item.name, arguments: parseJson(item.argumentsText) ?? item.argumentsText }]
        : [],
    ),
    finishReason: choice?.finishReason ?? 'other',
  };
}
