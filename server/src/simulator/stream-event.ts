import type { JsonObject } from './json.ts';

/** One server-sent event of a reply. */
export interface StreamEvent {
  /** The `event:` name; absent on wires that send only data lines. */
  name?: string;
  /** JSON, or text such as `[DONE]`. */
  data: JsonObject | string;
  /** start: before anything said. content: something said. finish: the ending and its usage. terminator: nothing follows. */
  kind: 'start' | 'content' | 'finish' | 'terminator';
}

export function framed(event: StreamEvent): string {
  const data = typeof event.data === 'string' ? event.data : JSON.stringify(event.data);
  return event.name === undefined ? `data: ${data}\n\n` : `event: ${event.name}\ndata: ${data}\n\n`;
}

export function namedEvent(data: JsonObject & { type: string }, kind: StreamEvent['kind']): StreamEvent {
  return { name: data.type, data, kind };
}
