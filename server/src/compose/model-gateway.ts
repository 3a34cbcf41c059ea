import type { ChatRequest } from '../kernel/chat.ts';
import { randomHex } from '../kernel/ids.ts';
import { type Call, type CallOutput, newProgress, type Outcome } from '../ports/call.ts';
import type { Clock } from '../ports/clock.ts';
import type { ModelGateway, ModelQuestion } from '../ports/model-gateway.ts';
import type { ChatClientProtocol } from '../ports/protocol.ts';
import { seedClientRequest } from '../protocols/weir-v1/client-request.ts';

/** Nobody listens: the whole reply is read from the call. */
const NOWHERE: CallOutput = { startStream: () => undefined, write: () => true, onDrain: () => undefined };
const NO_BODY = Buffer.from('{}');

/** Questions of Weir itself as calls through the pipeline, on the bill of whoever they are asked for. */
export function modelGateway(of: { run: (call: Call) => Promise<Outcome>; clock: Clock }): ModelGateway {
  return {
    async ask(question) {
      const call = callFor(question, of.clock);
      const { error } = await of.run(call);
      if (error !== undefined) throw error;
      const content = call.chatReply?.reply.choices[0]?.content ?? [];
      return content.map((item) => (item.type === 'text' ? item.text : '')).join('');
    },
  };
}

/** The neutral reply is all that is wanted; nothing is written in any wire. */
const NO_WIRE: ChatClientProtocol = {
  wire: 'weir-v1',
  decode() {
    throw new Error('questions of Weir are made in neutral form');
  },
  encodeReply: () => ({}),
  encoder: () => ({ encode: () => '' }),
  encodeError: () => ({}),
  encodeStreamError: () => '',
};

function callFor(question: ModelQuestion, clock: Clock): Call {
  const { model, timeoutMs } = question;
  const chat: ChatRequest = {
    model,
    messages: [
      { role: 'system', content: [{ type: 'text', text: question.system }] },
      { role: 'user', content: [{ type: 'text', text: question.text }] },
    ],
    maxOutputTokens: question.maxOutputTokens,
    stream: false,
    includeUsage: false,
    extensions: { wire: 'weir-v1', fields: {} },
  };
  return {
    id: `req_${randomHex(16)}`,
    startedAt: clock.now(),
    startedMono: clock.monotonic(),
    // Which model Weir asks is the operator's choice, not the key's.
    caller: { ...question.caller, models: undefined, routes: undefined },
    attribution: {
      userId: undefined,
      agentType: question.purpose,
      sessionId: undefined,
      tags: {},
      traceparent: undefined,
    },
    operation: 'chat',
    wire: question.purpose,
    models: [model],
    stream: false,
    limits: { totalMs: timeoutMs, attemptMs: timeoutMs, idleMs: timeoutMs, askedByClient: true },
    clientHeaders: {},
    output: NOWHERE,
    payload: { kind: 'chat', protocol: NO_WIRE, request: seedClientRequest(chat, NO_BODY, {}) },
    pinned: undefined,
    target: undefined,
    upstreamWire: undefined,
    fallbackCause: undefined,
    attempts: [],
    nextReason: 'first',
    dropped: [],
    adjusted: [],
    findings: [],
    cache: 'bypass',
    savedNanoUsd: 0,
    validated: undefined,
    outputGuard: undefined,
    replyWatch: undefined,
    chatReply: undefined,
    heldStream: undefined,
    committed: false,
    reply: undefined,
    tail: undefined,
    failStream: undefined,
    progress: newProgress(),
    waitedMs: 0,
    dispatchedMono: undefined,
    firstPartMono: undefined,
    retriesSpent: false,
    cancelled: false,
    record: undefined,
    running: undefined,
  };
}
