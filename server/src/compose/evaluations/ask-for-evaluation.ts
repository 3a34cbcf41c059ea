import { toWeirError, WeirError } from '../../kernel/errors.ts';
import { requestId } from '../../kernel/ids.ts';
import { asObject, parseJson } from '../../kernel/json.ts';
import { type Call, newCall, type Outcome } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AskForEvaluation, EvalAnswer, EvalCall } from '../../ports/eval-calls.ts';
import { openaiChatClient } from '../../protocols/openai-chat/client.ts';
import { decodeChatReply } from '../../protocols/openai-chat/decode-reply.ts';
import { NOWHERE } from '../caching/internal-call.ts';

/** Calls of evaluations on the OpenAI chat wire: the whole pipeline holds for them, as for a client's. */
export function askForEvaluation(of: { run: (call: Call) => Promise<Outcome>; clock: Clock }): AskForEvaluation {
  return async (question) => {
    const id = requestId(of.clock.now());
    let call: Call;
    try {
      call = callFor(question, id, of.clock);
    } catch (error) {
      return { ...NOTHING, requestId: id, error: toWeirError(error) };
    }
    const cancel = () => {
      call.cancelled = true;
      call.running?.abort(new WeirError('call.cancelled'));
    };
    if (question.signal.aborted) cancel();
    else question.signal.addEventListener('abort', cancel, { once: true });
    try {
      const { error } = await of.run(call);
      return { ...measured(call), ...(error === undefined ? answerOf(call) : { error }) };
    } catch (error) {
      return { ...measured(call), error: toWeirError(error) };
    } finally {
      question.signal.removeEventListener('abort', cancel);
    }
  };
}

const NOTHING: EvalAnswer = {
  ...{ requestId: '', error: undefined, text: '', toolCalls: [], finishReason: 'error', model: '' },
  ...{ costNano: 0, latencyMs: 0, inputTokens: 0, outputTokens: 0 },
};

function callFor({ caller, purpose, body, isFresh, timeoutMs }: EvalCall, id: string, clock: Clock): Call {
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
  });
}

/** As the ledger has it, attempts that failed included. */
function measured({ id, record }: Call): EvalAnswer {
  if (record === undefined) return { ...NOTHING, requestId: id };
  const { tokens } = record;
  return {
    ...NOTHING,
    requestId: id,
    model: record.model ?? '',
    costNano: record.cost_nano_usd,
    latencyMs: record.response_time_ms,
    inputTokens: tokens.input + tokens.cache_read + tokens.cache_write_5m + tokens.cache_write_1h,
    outputTokens: tokens.output + tokens.reasoning,
  };
}

/** Of the bytes that would have gone to a client: guarded, mended, from the cache or not. */
function answerOf(call: Call): Pick<EvalAnswer, 'text' | 'toolCalls' | 'finishReason'> {
  const json = asObject(parseJson(call.reply?.body.toString('utf8') ?? ''));
  if (json === undefined) throw new WeirError('upstream.bad_reply');
  const [choice] = decodeChatReply(json).choices;
  const content = choice?.content ?? [];
  return {
    text: content.map((item) => (item.type === 'text' || item.type === 'refusal' ? item.text : '')).join(''),
    toolCalls: content.flatMap((item) =>
      item.type === 'tool-call'
        ? [{ name: item.name, arguments: parseJson(item.argumentsText) ?? item.argumentsText }]
        : [],
    ),
    finishReason: choice?.finishReason ?? 'other',
  };
}
