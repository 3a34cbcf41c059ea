import { invalidRequest, WeirError } from '../kernel/errors.ts';
import { asObject, compact, type JsonObject, parseJson } from '../kernel/json.ts';
import { inputTokens, outputTokens } from '../kernel/usage.ts';
import { NO_TOKENS, usageOf } from '../kernel/usage-record.ts';
import { type Call, cancelCall, newCall, type Outcome } from '../ports/call.ts';
import type { Clock } from '../ports/clock.ts';
import type { ModelAnswer, RunQuestion } from '../ports/model-gateway.ts';
import { openaiChatClient } from '../protocols/openai-chat/client.ts';
import { decodeChatReply } from '../protocols/openai-chat/decode-reply.ts';
import { NOWHERE } from './caching/internal-call.ts';

export interface RunAnswerParts {
  readonly run: (call: Call) => Promise<Outcome>;
  readonly clock: Clock;
  /** Models for a call that names none. */
  readonly defaultModels: () => readonly string[];
}

/** The ledger's name of calls that runs make. */
const WIRE = 'workflow';

/** A step's question as a call on the OpenAI chat wire: the whole pipeline holds for it, as for a client's. */
export async function runAnswer(question: RunQuestion, parts: RunAnswerParts): Promise<ModelAnswer> {
  let answer: ModelAnswer | undefined;
  const keep = (call: Call): Promise<void> => {
    answer = answerOf(call);
    return question.keep(answer);
  };
  const call = callFor(question, { ...parts, keep });
  const cancel = () => cancelCall(call);
  if (question.signal.aborted) cancel();
  else question.signal.addEventListener('abort', cancel, { once: true });
  try {
    const { error } = await parts.run(call);
    if (error !== undefined) throw error;
    if (answer === undefined) throw new WeirError('bug', { message: 'The call ended without an answer.' });
    return answer;
  } finally {
    question.signal.removeEventListener('abort', cancel);
    if (call.record !== undefined) question.settled?.(call.record);
  }
}

function callFor(question: RunQuestion, of: RunAnswerParts & { keep: (call: Call) => Promise<void> }): Call {
  const { timeoutMs, run, wire = WIRE } = question;
  const models = question.model === undefined ? of.defaultModels() : [question.model];
  const json = bodyOf(question, models[0]);
  const request = openaiChatClient.decode(Buffer.from(JSON.stringify(json)), json, {});
  return newCall({
    id: question.requestId,
    startedAt: of.clock.now(),
    startedMono: of.clock.monotonic(),
    caller: question.caller,
    attribution: { userId: question.userId, agentType: wire, sessionId: undefined, tags: {}, traceparent: undefined },
    operation: 'chat',
    wire,
    models,
    stream: false,
    limits: { totalMs: timeoutMs, attemptMs: timeoutMs, idleMs: timeoutMs, askedByClient: true },
    clientHeaders: {},
    output: NOWHERE,
    payload: { kind: 'chat', protocol: openaiChatClient, request },
    pinned: undefined,
    // As the key, its route and the configuration decide.
    cacheAsked: undefined,
    run: { ...run, keep: of.keep },
  });
}

function bodyOf(question: RunQuestion, model: string | undefined): JsonObject {
  if (model === undefined) {
    throw invalidRequest(
      'model',
      'the step names no model, and neither llm.primary_provider nor its fallback has one.',
    );
  }
  const { schema } = question;
  return compact({
    model,
    messages: question.messages,
    max_tokens: question.maxTokens,
    temperature: question.temperature,
    top_p: question.topP,
    stop: question.stop,
    response_format:
      schema === undefined ? undefined : { type: 'json_schema', json_schema: { name: 'output', schema } },
  });
}

/** Of the bytes that would have gone to a client: guarded, mended, from the cache or not. */
function answerOf(call: Call): ModelAnswer {
  const json = asObject(parseJson(call.reply?.body.toString('utf8') ?? ''));
  if (json === undefined) throw new WeirError('upstream.bad_reply');
  const reply = decodeChatReply(json);
  const [choice] = reply.choices;
  const used = reply.usage ?? usageOfAttempts(call);
  return {
    text: (choice?.content ?? []).map((item) => (item.type === 'text' ? item.text : '')).join(''),
    model: reply.model === '' ? (call.target?.model ?? call.models[0] ?? '') : reply.model,
    inputTokens: inputTokens(used),
    outputTokens: outputTokens(used),
    finishReason: choice?.finishReason ?? 'other',
  };
}

/** A provider that tells no usage: what the ledger estimates of the attempt that answered. */
function usageOfAttempts(call: Call) {
  return usageOf(call.attempts.at(-1)?.tokens ?? NO_TOKENS);
}
