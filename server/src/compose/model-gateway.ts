import type { ChatRequest } from '../kernel/chat.ts';
import type { Call, Outcome } from '../ports/call.ts';
import type { Clock } from '../ports/clock.ts';
import type { ModelGateway, ModelQuestion } from '../ports/model-gateway.ts';
import type { ChatClientProtocol } from '../ports/protocol.ts';
import { seedClientRequest } from '../protocols/weir-v1/client-request.ts';
import { internalCall, runFor } from './caching/internal-call.ts';
import { runAnswer } from './run-answer.ts';

/** Questions of Weir itself as calls through the pipeline, on the bill of whoever they are asked for. */
export function modelGateway(of: {
  run: (call: Call) => Promise<Outcome>;
  clock: Clock;
  /** Models for a step that names none; absent: it must name one. */
  defaultModels?: () => readonly string[];
}): ModelGateway {
  return {
    answer: (question) => runAnswer(question, { defaultModels: () => [], ...of }),
    async ask(question) {
      const call = callFor(question, of.clock);
      const { error } = await runFor(question.main, call, of.run);
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
  // Never sent; budgets reserve its length.
  const body = Buffer.from(JSON.stringify(chat.messages));
  return internalCall({
    caller: question.caller,
    userId: undefined,
    wire: question.purpose,
    operation: 'chat',
    payload: { kind: 'chat', protocol: NO_WIRE, request: seedClientRequest(chat, body, {}) },
    model,
    timeoutMs,
    clock,
    main: question.main,
  });
}
