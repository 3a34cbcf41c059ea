import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { invalidRequest } from '../../../kernel/errors.ts';
import { SECOND_MS } from '../../../kernel/time.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { WeirRequest } from '../../route.ts';
import { projectOf } from '../management/project-scope.ts';
import { ownExecution } from './own-execution.ts';
import type { WorkflowRouteServices } from './services.ts';
import { shownEvent } from './shown.ts';

/** Proxies close connections on which nothing moves. */
const HEARTBEAT_MS = 15 * SECOND_MS;
const OVER = ['completed', 'failed', 'cancelled'];

/**
 * A run as it goes on. `id:` is the sequence of a commit, `data:` what it changed; the stream ends behind the commit that ends
 * the run. A client that saw that one and asks again gets 204, which tells event sources to stop.
 */
export async function serveEvents(
  request: WeirRequest,
  reply: FastifyReply,
  services: Pick<WorkflowRouteServices, 'workflows' | 'projects' | 'clock'>,
): Promise<undefined> {
  const aboveSequence = lastSeen(request);
  const execution = await ownExecution(request, services);
  if (OVER.includes(execution.status) && aboveSequence >= execution.sequence) {
    reply.code(204).send();
    return undefined;
  }
  const { raw } = reply.hijack();
  const left = new AbortController();
  raw.once('close', () => left.abort());
  raw.writeHead(200, {
    ...{ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
    'x-request-id': request.weirId,
  });
  raw.flushHeaders();
  const stopBeating = beat(raw, services.clock);
  try {
    const projectId = projectOf(request, services.projects);
    const { signal } = left;
    for await (const event of services.workflows.events(projectId, execution.id, { aboveSequence, signal })) {
      if (signal.aborted) break;
      const data = JSON.stringify(shownEvent(event));
      if (!raw.write(`id: ${event.sequence}\nevent: execution\ndata: ${data}\n\n`))
        await once(raw, 'drain', { signal });
    }
    raw.end();
  } catch {
    // Whoever reads notices that the end is missing, and asks again behind the last event.
    raw.destroy();
  } finally {
    stopBeating();
  }
  return undefined;
}

function lastSeen(request: WeirRequest): number {
  const given = request.headers['last-event-id'];
  if (given === undefined || given === '') return 0;
  const sequence = typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : undefined;
  if (sequence === undefined) throw invalidRequest('last-event-id', 'must be the id of an event of this run.');
  return sequence;
}

/** Comments in between, until the function given back is called. */
function beat(raw: ServerResponse, clock: Clock): () => void {
  let cancel: () => void = () => undefined;
  const next = () => {
    cancel = clock.after(HEARTBEAT_MS, () => {
      raw.write(': still here\n\n');
      next();
    });
  };
  next();
  return () => cancel();
}
