import { executionEventSchema } from '@weir/contract';
import { SseSplitter } from '../../server/src/protocols/framing/sse-splitter.ts';

export interface ReadEvent {
  readonly id: string;
  readonly data: ReturnType<typeof executionEventSchema.parse>;
}

export interface ReadEvents {
  readonly status: number;
  readonly type: string | null;
  readonly events: readonly ReadEvent[];
  /** The connection broke before the stream came to its end. */
  readonly isBroken: boolean;
}

/** Reads events of a run, behind `after`, until `enough` or until the stream ends by itself; `seen` is told of each piece. */
export async function readExecutionEvents(
  weir: { readonly url: string; readonly adminKey: string },
  run: string,
  of: {
    after?: string;
    enough?: (events: readonly ReadEvent[]) => boolean;
    seen?: (events: readonly ReadEvent[]) => void;
  } = {},
): Promise<ReadEvents> {
  const left = new AbortController();
  const response = await fetch(`${weir.url}/api/executions/${run}/events`, {
    headers: {
      authorization: `Bearer ${weir.adminKey}`,
      ...(of.after === undefined ? {} : { 'last-event-id': of.after }),
    },
    signal: left.signal,
  });
  const events: ReadEvent[] = [];
  const splitter = new SseSplitter();
  let isBroken = false;
  try {
    for await (const chunk of response.body ?? []) {
      splitter.push(Buffer.from(chunk), ({ raw, data }) => {
        const id = /^id: (\d+)$/m.exec(raw.toString())?.[1];
        if (id !== undefined) events.push({ id, data: executionEventSchema.parse(JSON.parse(data)) });
      });
      of.seen?.(events);
      if (of.enough?.(events) === true) left.abort();
    }
  } catch {
    isBroken = !left.signal.aborted;
  }
  return { status: response.status, type: response.headers.get('content-type'), events, isBroken };
}

/** `path status` of every step that events tell of, in their order. */
export function toldBy(events: readonly ReadEvent[]): string[] {
  return events.flatMap(({ data }) => data.steps.map(({ path, status }) => `${path} ${status}`));
}
