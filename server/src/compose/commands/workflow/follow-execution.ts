import { type ExecutionEvent, executionEventSchema } from '@weir/contract';
import { CommandFailure } from '../../../cli/usage-error.ts';
import { parseJson } from '../../../kernel/json.ts';
import { SseSplitter } from '../../../protocols/framing/sse-splitter.ts';

const OVER = ['completed', 'failed', 'cancelled'];
/** Connections may break while a run goes on for hours; a server that is gone stays gone. */
const MOST_FAILURES = 5;
const PAUSE_MS = 1000;

/**
 * Tells of every change of a run until it is over. A connection that breaks is made again and goes on behind the last event.
 * Throws a CommandFailure when the server refuses or is gone.
 */
export async function followExecution(
  server: { readonly url: string; readonly key: string },
  id: string,
  onEvent: (event: ExecutionEvent) => void | Promise<void>,
): Promise<void> {
  let last: ExecutionEvent | undefined;
  let failures = 0;
  while (last === undefined || !OVER.includes(last.execution.status)) {
    try {
      const response = await ask(server, { id, after: last?.sequence ?? 0 });
      if (response === undefined) return;
      for await (const event of eventsOf(response)) {
        last = event;
        failures = 0;
        await onEvent(event);
      }
    } catch (error) {
      if (error instanceof CommandFailure) throw error;
      if (++failures > MOST_FAILURES)
        throw new CommandFailure(`${server.url} is gone; the run ${id} goes on without you.`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/** Undefined: there is nothing more to tell. */
async function ask(
  server: { readonly url: string; readonly key: string },
  of: { id: string; after: number },
): Promise<Response | undefined> {
  const response = await fetch(`${server.url}/api/executions/${encodeURIComponent(of.id)}/events`, {
    headers: { authorization: `Bearer ${server.key}`, 'last-event-id': String(of.after) },
  });
  if (response.status === 204) return undefined;
  if (response.ok && response.body !== null) return response;
  const said = await response.text();
  if (response.status >= 500) throw new Error(said);
  throw new CommandFailure(`The server does not tell about the run ${of.id}: ${response.status} ${said.slice(0, 300)}`);
}

async function* eventsOf(response: Response): AsyncGenerator<ExecutionEvent> {
  const splitter = new SseSplitter();
  const events: ExecutionEvent[] = [];
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    splitter.push(Buffer.from(chunk), ({ data }) => {
      if (data !== '') events.push(executionEventSchema.parse(parseJson(data)));
    });
    yield* events.splice(0);
  }
}
