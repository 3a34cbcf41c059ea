import type { ServerResponse } from 'node:http';
import { parseFaultRule } from './faults/fault-book.ts';
import { isObject } from './json.ts';
import type { World } from './world.ts';

export const CONTROL_PREFIX = '/_simulator/';

export interface ControlRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

/** The simulator's own interface, for tests and campaigns that run in another process. */
export function control(request: ControlRequest, world: World, response: ServerResponse): void {
  try {
    const answer = answerControl(request, world);
    if (answer) return send(response, 200, answer);
    send(response, 404, { error: `unknown control request ${request.method} ${request.path}` });
  } catch (error) {
    send(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function answerControl({ method, path, query, body }: ControlRequest, world: World): object | undefined {
  switch (`${method} ${path.slice(CONTROL_PREFIX.length)}`) {
    case 'GET health':
      return { ok: true };
    case 'POST faults':
      for (const rule of Array.isArray(body) ? body : [body]) world.faults.add(parseFaultRule(rule));
      return { pending: world.faults.pending };
    case 'GET faults':
      return { pending: world.faults.pending };
    case 'DELETE faults':
      world.faults.clear();
      return { pending: 0 };
    case 'GET journal': {
      const since = Number(query.get('since') ?? 0);
      return { data: world.journal.entries.filter((entry) => entry.id > since) };
    }
    case 'DELETE journal':
      world.journal.clear();
      return { data: [] };
    case 'POST seed':
      if (!isObject(body) || !Number.isInteger(body.seed)) throw new Error('seed must be a whole number');
      world.seed = Number(body.seed);
      world.faults.reseed(world.seed);
      return { seed: world.seed };
    case 'POST latency':
      world.latency = readLatency(body, world);
      return world.latency;
    default:
      return undefined;
  }
}

function readLatency(body: unknown, world: World): World['latency'] {
  const latency = { ...world.latency };
  for (const [name, value] of Object.entries(isObject(body) ? body : {})) {
    if (name !== 'firstTokenMs' && name !== 'interTokenMs') throw new Error(`unknown latency field ${name}`);
    if (typeof value !== 'number' || value < 0) throw new Error(`${name} must be a number of milliseconds`);
    latency[name] = value;
  }
  return latency;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
