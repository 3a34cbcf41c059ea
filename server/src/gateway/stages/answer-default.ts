import type { ChatReply, Part } from '../../kernel/chat.ts';
import { isWeirError } from '../../kernel/errors.ts';
import type { Call } from '../../ports/call.ts';
import { replyContext } from '../exchange/reply-context.ts';
import type { Stage } from '../stage.ts';
import { replyFormat } from '../validation/reply-format.ts';
import type { ValidateReplyServices } from './validate-reply.ts';

/** The configured answer of calls whose every target gave an invalid reply; the tries stay paid and recorded. */
export function answerDefault(services: ValidateReplyServices): Stage {
  return {
    name: 'answerDefault',
    around(call, next) {
      if (call.payload.kind !== 'chat') return next();
      const { mode, defaultText } = services.rules(call);
      return mode === 'off' || defaultText === undefined ? next() : orDefault(call, next, { defaultText, services });
    },
  };
}

async function orDefault(
  call: Call,
  next: () => Promise<void>,
  of: { defaultText: string; services: ValidateReplyServices },
): Promise<void> {
  try {
    await next();
  } catch (thrown) {
    const isInvalid = isWeirError(thrown) && thrown.code === 'reply.invalid';
    if (!isInvalid || call.committed || call.cancelled || !(await fits(call, of))) throw thrown;
    call.validated = 'default';
    answer(call, of.defaultText);
  }
}

/** A default that the call's own schema refuses is no answer to it. */
async function fits(call: Call, of: { defaultText: string; services: ValidateReplyServices }): Promise<boolean> {
  const format = replyFormat(call);
  if (format === undefined) return false;
  const { projectId } = call.caller;
  const check = { projectId, text: of.defaultText, format, repair: false, sanitize: 'none' } as const;
  return (await of.services.checker.check(check)).outcome === 'valid';
}

function answer(call: Call, text: string): void {
  if (call.payload.kind !== 'chat') return;
  const { protocol, request } = call.payload;
  call.replyWatch = undefined;
  if (!call.stream) {
    const body = Buffer.from(JSON.stringify(protocol.encodeReply(replyOf(call, text), request, replyContext(call))));
    call.reply = { status: 200, contentType: 'application/json', body };
    return;
  }
  const encoder = protocol.encoder(request, replyContext(call));
  const parts = partsOf(call, text);
  call.committed = true;
  call.output.startStream(call, { contentType: undefined });
  call.output.write(Buffer.from(parts.map((part) => encoder.encode(part)).join('')));
  call.tail = Buffer.from(encoder.encode({ type: 'end' }));
}

function replyOf(call: Call, text: string): ChatReply {
  const { usage } = call.progress;
  return {
    id: '',
    model: call.target?.model ?? '',
    createdS: 0,
    choices: [{ index: 0, content: [{ type: 'text', text }], finishReason: 'stop' }],
    ...(usage === undefined ? {} : { usage }),
  };
}

function partsOf(call: Call, text: string): Part[] {
  const { usage } = call.progress;
  return [
    { type: 'start', id: '', model: call.target?.model ?? '', createdS: 0 },
    { type: 'text-delta', choice: 0, block: 0, text },
    { type: 'block-end', choice: 0, block: 0 },
    ...(usage === undefined ? [] : [{ type: 'usage', usage } as const]),
    { type: 'finish', choice: 0, reason: 'stop' },
  ];
}
