import fc from 'fast-check';
import { expect, it } from 'vitest';
import { framed, type StreamEvent } from '../stream-event.ts';
import { type Fault, parseFault } from './fault.ts';
import { planStream } from './stream-plan.ts';

const event = (kind: StreamEvent['kind'], text: string): StreamEvent => ({ data: { text }, kind });
const failure: StreamEvent = { name: 'error', data: { error: true }, kind: 'terminator' };

const events = fc
  .array(fc.string({ unit: 'binary' }), { minLength: 3, maxLength: 12 })
  .map((texts) => [
    event('start', 'start'),
    ...texts.map((text) => event('content', text)),
    event('finish', 'finish'),
    event('terminator', 'end'),
  ]);

function sent(list: StreamEvent[], fault?: Fault): Buffer {
  const steps = [...planStream(list, fault, () => failure)];
  return Buffer.concat(steps.flatMap((step) => (step.do === 'send' ? [Buffer.from(step.bytes)] : [])));
}

const whole = (list: StreamEvent[]) => Buffer.from(list.map(framed).join(''));

it('sends every event as it is when nothing goes wrong', () => {
  fc.assert(fc.property(events, (list) => sent(list).equals(whole(list))));
});

it('keeps the bytes when it sends them one by one', () => {
  fc.assert(fc.property(events, (list) => sent(list, { kind: 'odd_framing', variant: 'bytes' }).equals(whole(list))));
});

it.each(['reset_mid_stream', 'end_without_terminator', 'headers_then_hang'] as const)(
  '%s: sends exactly the events before the cut',
  (kind) => {
    fc.assert(
      fc.property(events, fc.integer({ min: 0, max: 4 }), (list, after) => {
        expect(sent(list, { kind, after })).toEqual(whole(list.slice(0, after)));
      }),
    );
  },
);

it('never lets a stream that is to be reset come to its end', () => {
  fc.assert(
    fc.property(events, (list) => {
      const steps = [...planStream(list, { kind: 'reset_mid_stream', after: 1000 }, () => failure)];
      expect(steps.at(-1)).toEqual({ do: 'reset' });
      expect(steps).toHaveLength(list.length);
    }),
  );
});

it('puts the error after as many content events as told, or after all of them', () => {
  fc.assert(
    fc.property(events, fc.integer({ min: 1, max: 20 }), (list, after) => {
      const content = list.filter((each) => each.kind === 'content').length;
      const kept = list.slice(0, 1 + Math.min(after, content));
      expect(sent(list, { kind: 'error_event_after_text', after })).toEqual(whole([...kept, failure]));
      expect(sent(list, { kind: 'error_event_before_text' })).toEqual(whole([...list.slice(0, 1), failure]));
    }),
  );
});

it.each([
  ['status; code=503; retry_after=1.5', { kind: 'status', code: 503, retry_after: 1.5 }],
  ['huge_body;gzip=true;bytes=10', { kind: 'huge_body', gzip: true, bytes: 10 }],
  [' reset_mid_stream ; after = 2 ', { kind: 'reset_mid_stream', after: 2 }],
  ['{"kind":"status","body":{"a":1}}', { kind: 'status', body: { a: 1 } }],
  ['empty_200', { kind: 'empty_200' }],
])('reads the fault %j', (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
});
