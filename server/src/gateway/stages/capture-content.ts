import type { Call } from '../../ports/call.ts';
import type { CapturedText, CaptureMode, ContentSink } from '../../ports/content-sink.ts';
import type { Payload } from '../../ports/payload.ts';
import { CopiedOutput } from '../capturing/copied-output.ts';
import type { Stage } from '../stage.ts';

/** Keeps prompts and replies where a project asked for it: what was sent on after the guards, and what went back. */
export function captureContent(sink: ContentSink): Stage {
  return {
    name: 'captureContent',
    around(call, next) {
      const mode = sink.mode(call);
      const body = mode === undefined ? undefined : bodyOf(call.payload);
      return mode === undefined || body === undefined ? next() : capture(call, { mode, body, sink, next });
    },
  };
}

async function capture(
  call: Call,
  of: { mode: CaptureMode; body: Buffer; sink: ContentSink; next: () => Promise<void> },
): Promise<void> {
  const maxBytes = of.sink.maxBytes();
  const request = cut(of.body, maxBytes);
  const copy = call.stream ? new CopiedOutput(call, maxBytes) : undefined;
  try {
    await of.next();
  } finally {
    copy?.stop();
    of.sink.keep({
      requestId: call.id,
      projectId: call.caller.projectId,
      userId: call.attribution.userId,
      mode: of.mode,
      request,
      reply: copy === undefined ? wholeReply(call, maxBytes) : streamedReply(call, copy),
    });
  }
}

/** The client's JSON; undefined for forms and calls without a body. */
function bodyOf(payload: Payload): Buffer | undefined {
  if (payload.kind !== 'pass-through') return payload.request.body;
  return payload.json === undefined ? undefined : payload.body;
}

function wholeReply({ reply }: Call, maxBytes: number): CapturedText | undefined {
  return reply?.contentType.includes('json') === true ? cut(reply.body, maxBytes) : undefined;
}

function streamedReply({ tail }: Call, copy: CopiedOutput): CapturedText | undefined {
  if (tail !== undefined) copy.add(tail);
  const text = copy.text();
  return text === '' ? undefined : { text, isCut: copy.isCut, isStream: true };
}

function cut(body: Buffer, maxBytes: number): CapturedText {
  return { text: body.toString('utf8', 0, maxBytes), isCut: body.length > maxBytes, isStream: false };
}
