import { once } from 'node:events';
import type { LiveCall, LiveChange } from '@weir/contract';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { invalidRequest } from '../../../kernel/errors.ts';
import type { UsageRecord } from '../../../kernel/usage-record.ts';
import type { LiveBatch, LiveEvent, LiveEvents } from '../../../ports/live.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../../route.ts';
import { readQuery } from '../../server.ts';
import { type KnownProjects, readScope } from './project-scope.ts';

export interface LiveRouteServices {
  readonly events: LiveEvents;
  readonly projects: KnownProjects;
  /** Throws when the caller of a request may not see it any more: the key was revoked, the session is over. */
  readonly assertStillIn: (request: WeirRequest) => void;
  /** The server ends: streams must not hold it up. */
  readonly isEnding: () => boolean;
}

/** The caller is looked at again this often, as keys die within a second. */
const WAIT_MS = 1000;
/** Proxies close connections on which nothing moves. */
const WAITS_PER_BEAT = 15;

const liveQuery = z.strictObject({
  project_id: z.string().min(1).optional().describe('Absent: all projects for admins, otherwise the own one'),
});

export const LIVE_ROUTE = { method: 'GET', path: '/api/v1/live', permission: 'view' } as const;

export function liveRoutes(services: LiveRouteServices): RouteSpec[] {
  return [
    {
      ...LIVE_ROUTE,
      errors: 'weir',
      tag: 'Usage',
      summary:
        'Calls as they settle and changes as they happen (SSE: `call`, `change`, `skipped`; resumes by Last-Event-ID)',
      query: liveQuery,
      handle: (request, reply) => serveLive(request, reply, services),
    },
  ];
}

async function serveLive(request: WeirRequest, reply: FastifyReply, services: LiveRouteServices): Promise<undefined> {
  const projectId = readScope(keyOf(request), readQuery(request, liveQuery).project_id, services.projects);
  const epoch = await services.events.epoch();
  const seen = lastSeen(request);
  const isOfThisRun = seen?.epoch === epoch;
  let number = isOfThisRun ? seen.number : await services.events.latest();
  const { raw } = reply.hijack();
  const left = new AbortController();
  raw.once('close', () => left.abort());
  raw.writeHead(200, {
    ...{ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
    'x-request-id': request.weirId,
  });
  raw.write(`id: ${epoch}-${number}\nevent: ready\ndata: {}\n\n`);
  if (seen !== undefined && !isOfThisRun) raw.write('event: skipped\ndata: {"count":null}\n\n');
  try {
    for (let waits = 1; !left.signal.aborted && !services.isEnding(); waits++) {
      const batch = await services.events.after({ number, projectId, waitMs: WAIT_MS });
      services.assertStillIn(request);
      number = batch.upTo;
      const text = written(batch, epoch) || (waits % WAITS_PER_BEAT === 0 ? ': still here\n\n' : '');
      // Nothing is gathered for who reads slowly: the next batch begins where this one ended, or behind what is kept.
      if (text !== '' && !raw.write(text)) await once(raw, 'drain', { signal: left.signal });
    }
    raw.end();
  } catch {
    // Whoever reads asks again behind the last event, and learns then what is wrong.
    raw.destroy();
  }
  return undefined;
}

function lastSeen(request: WeirRequest): { epoch: string; number: number } | undefined {
  const given = request.headers['last-event-id'];
  if (given === undefined || given === '') return undefined;
  const parts = typeof given === 'string' ? /^([0-9a-f]{12})-(\d{1,15})$/.exec(given) : null;
  if (parts === null) throw invalidRequest('last-event-id', 'must be the id of an event of this stream.');
  return { epoch: parts[1] as string, number: Number(parts[2]) };
}

function written({ events, skipped }: LiveBatch, epoch: string): string {
  const told = skipped === 0 ? '' : `event: skipped\ndata: ${JSON.stringify({ count: skipped })}\n\n`;
  return told + events.map(({ number, event }) => eventText(`${epoch}-${number}`, event)).join('');
}

function eventText(id: string, event: LiveEvent): string {
  const data: LiveCall | LiveChange =
    event.kind === 'call'
      ? shownCall(event.record)
      : { object: event.object as LiveChange['object'], id: event.id ?? null };
  return `id: ${id}\nevent: ${event.kind}\ndata: ${JSON.stringify(data)}\n\n`;
}

function shownCall(record: UsageRecord): LiveCall {
  return {
    request_id: record.request_id,
    timestamp: record.timestamp,
    project_id: record.project_id,
    key_id: record.key_id,
    user_id: record.user_id,
    agent_type: record.agent_type,
    run_id: record.run_id,
    wire: record.wire,
    operation: record.operation,
    provider: record.provider,
    model: record.model,
    stream: record.stream,
    status: record.status,
    success: record.success,
    error_code: record.error_code,
    cache: record.cache,
    attempts: record.attempts.length,
    findings: record.findings.length,
    tokens_used: record.tokens_used,
    cost_nano_usd: record.cost_nano_usd,
    saved_nano_usd: record.saved_nano_usd,
    response_time_ms: record.response_time_ms,
    time_to_first_token_ms: record.time_to_first_token_ms,
  };
}
