import { framed, type StreamEvent } from '../stream-event.ts';
import type { Fault } from './fault.ts';

/** What to do next on a streamed reply. `content` marks the steps that a model would need time for. */
export type StreamStep =
  | { do: 'send'; bytes: string | Buffer; content: boolean }
  | { do: 'reset' }
  | { do: 'hang' }
  | { do: 'end' };

/** Turns a reply's events into steps, with the fault woven in. */
export function* planStream(
  events: Iterable<StreamEvent>,
  fault: Fault | undefined,
  errorEvent: () => StreamEvent,
): Generator<StreamStep> {
  let sent = 0;
  let contentSent = 0;
  for (const event of events) {
    const met = fault && interruption(fault, { event, sent, contentSent });
    if (met === 'error') {
      yield sendStep(errorEvent());
      return;
    }
    if (met === 'skip') continue;
    if (met === 'malformed') {
      yield { do: 'send', bytes: malformedEvent(fault?.variant ?? 'bad_json'), content: false };
    } else if (met) {
      yield { do: met };
      return;
    }
    if (fault?.kind === 'odd_framing') yield* oddlyFramed(event, fault.variant ?? 'crlf');
    else yield sendStep(event);
    sent += 1;
    if (event.kind === 'content') contentSent += 1;
  }
}

type Interruption = 'reset' | 'hang' | 'end' | 'error' | 'skip' | 'malformed';

function interruption(
  fault: Fault,
  at: { event: StreamEvent; sent: number; contentSent: number },
): Interruption | undefined {
  switch (fault.kind) {
    case 'reset_mid_stream':
      return at.sent === (fault.after ?? 3) || at.event.kind === 'terminator' ? 'reset' : undefined;
    case 'headers_then_hang':
      return at.sent >= (fault.after ?? 0) ? 'hang' : undefined;
    case 'end_without_terminator':
      if (fault.after !== undefined) return at.sent >= fault.after ? 'end' : undefined;
      return at.event.kind === 'terminator' ? 'skip' : undefined;
    case 'malformed_event':
      return at.sent === (fault.after ?? 2) ? 'malformed' : undefined;
    case 'error_event_before_text':
      return at.event.kind === 'start' ? undefined : 'error';
    case 'error_event_after_text':
      return at.contentSent >= (fault.after ?? 2) || at.event.kind === 'finish' ? 'error' : undefined;
    default:
      return undefined;
  }
}

function sendStep(event: StreamEvent): StreamStep {
  return { do: 'send', bytes: framed(event), content: event.kind === 'content' };
}

function malformedEvent(variant: string): string | Buffer {
  if (variant === 'not_object') return 'data: 42\n\n';
  if (variant === 'giant_line') return `data: {"filler":"${'x'.repeat(2 * 1024 * 1024)}"}\n\n`;
  if (variant === 'invalid_utf8') {
    return Buffer.concat([Buffer.from('data: {"text":"'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}\n\n')]);
  }
  return 'data: {"id":"broken","choices":[{"delta":\n\n';
}

/** Framing that is legal by the event-stream format and still breaks careless readers. */
function* oddlyFramed(event: StreamEvent, variant: string): Generator<StreamStep> {
  const text = framed(event);
  const content = event.kind === 'content';
  if (variant === 'bytes') {
    const bytes = Buffer.from(text);
    for (let index = 0; index < bytes.length; index += 1) {
      yield { do: 'send', bytes: bytes.subarray(index, index + 1), content: content && index === 0 };
    }
    return;
  }
  if (variant === 'comments') yield { do: 'send', bytes: ': keep-alive\n\n', content: false };
  const spaced = variant === 'no_space' ? text.replace(/^(event|data): /gm, '$1:') : text;
  yield { do: 'send', bytes: variant === 'crlf' ? spaced.replaceAll('\n', '\r\n') : spaced, content };
}
