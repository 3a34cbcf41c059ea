import type { Clock } from '../../ports/clock.ts';
import type { AskServer, ServerReply } from './ask-server.ts';

const MOST_WAITS = 8;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** Asks again when a server says that there were too many questions, after the time that it names. */
export function patient(ask: AskServer, clock: Clock): AskServer {
  return async (request) => {
    for (let waits = 0; ; waits++) {
      const reply = await ask(request);
      if (reply.status !== 429 || waits >= MOST_WAITS) return reply;
      await wait(Math.min(retryAfterMs(reply) ?? FIRST_WAIT_MS * 2 ** waits, LONGEST_WAIT_MS), clock, request.signal);
    }
  };
}

function retryAfterMs({ headers }: ServerReply): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

function wait(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
