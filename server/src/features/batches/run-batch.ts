import { uuidV7 } from '../../kernel/ids.ts';
import { isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { BatchLine } from './batch-lines.ts';

/** A line's answer, as a client of the endpoint would have had it. */
export interface LineReply {
  readonly status: number;
  readonly requestId: string;
  readonly body: string;
  /** Absent when the reply named none. */
  readonly retryAfterMs?: number;
}

export type RunLine = (line: BatchLine) => Promise<LineReply>;

/** Tries of a line that limits or an overloaded server refused, each after a pause. */
const MAX_TRIES = 20;
/** How often a waiting line looks whether it is still wanted. */
const LOOK_MS = 250;

/** Runs lines, so many at a time, until all are done or it is told to stop; each result is kept before the next line starts. */
export async function runLines(of: {
  lines: readonly BatchLine[];
  concurrency: number;
  clock: Clock;
  run: RunLine;
  keep: (line: BatchLine, result: JsonObject) => Promise<void>;
  isStopped: () => boolean;
}): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (!of.isStopped()) {
      const line = of.lines[next++];
      if (line === undefined) return;
      const reply = await patiently(line, of);
      if (reply !== undefined) await of.keep(line, resultOf(line, reply, of.clock.now()));
    }
  };
  await Promise.all(Array.from({ length: Math.min(of.concurrency, of.lines.length) }, worker));
}

/** Limits pass: a batch has a day, so a line waits for its turn. Undefined when it was stopped meanwhile. */
async function patiently(
  line: BatchLine,
  of: { run: RunLine; clock: Clock; isStopped: () => boolean },
): Promise<LineReply | undefined> {
  for (let tries = 1; ; tries++) {
    const reply = await of.run(line);
    const passes = ![409, 429, 503, 529].includes(reply.status);
    if (passes || tries === MAX_TRIES) return reply;
    const pauseMs = Math.min(reply.retryAfterMs ?? SECOND_MS * 2 ** tries, MINUTE_MS);
    for (let waitedMs = 0; waitedMs < pauseMs; waitedMs += LOOK_MS) {
      if (of.isStopped()) return undefined;
      await new Promise<void>((resolve) => of.clock.after(Math.min(LOOK_MS, pauseMs - waitedMs), resolve));
    }
    if (of.isStopped()) return undefined;
  }
}

/** A line of the output or error file. */
function resultOf(line: BatchLine, reply: LineReply, nowMs: number): JsonObject {
  const body = parseJson(reply.body);
  return {
    id: `batch_req_${uuidV7(nowMs).replaceAll('-', '')}`,
    custom_id: line.customId,
    response: {
      status_code: reply.status,
      request_id: reply.requestId,
      body: isObject(body) ? body : { text: reply.body },
    },
    error: null,
  };
}

/** Did the line get what it asked for? */
export function isGood(result: JsonObject): boolean {
  return isObject(result.response) && result.response.status_code === 200;
}
