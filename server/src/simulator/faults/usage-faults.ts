import { isObject, type JsonObject } from '../json.ts';
import type { StreamEvent } from '../stream-event.ts';
import type { Fault } from './fault.ts';

/** The body with its token counts removed or made absurd, wherever the wire keeps them. */
export function distortUsage(body: JsonObject, fault: Fault): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(body)) {
    if (key !== 'usage') result[key] = isObject(value) ? distortUsage(value, fault) : value;
    else if (fault.kind === 'absurd_usage') result[key] = withNumbers(value, fault.value ?? 1e12);
  }
  return result;
}

/** The events with distorted usage; one that carried nothing else disappears with it. */
export function* distortUsageEvents(events: Iterable<StreamEvent>, fault: Fault): Generator<StreamEvent> {
  for (const event of events) {
    if (typeof event.data === 'string') yield event;
    else if (fault.kind !== 'no_usage' || !carriesOnlyUsage(event.data)) {
      yield { ...event, data: distortUsage(event.data, fault) };
    }
  }
}

export function distortsUsage(fault: Fault | undefined): fault is Fault {
  return fault?.kind === 'no_usage' || fault?.kind === 'absurd_usage';
}

function carriesOnlyUsage(data: JsonObject): boolean {
  return isObject(data.usage) && Array.isArray(data.choices) && data.choices.length === 0;
}

function withNumbers(value: unknown, replacement: number): unknown {
  if (typeof value === 'number') return replacement;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withNumbers(inner, replacement)]));
}
