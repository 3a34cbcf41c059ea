import { Agent, request } from 'node:http';
import { pause } from '../../../../server/src/simulator/pacing.ts';
import type { RunningWeir } from '../../../support/weir.ts';
import type { DrawnCall, History } from '../history.ts';
import type { Stand } from './stand.ts';
import { promptOf } from './upstream.ts';

/** A history whose project, keys, users and budgets every server of the stand knows. */
export interface Prepared {
  readonly history: History;
  readonly projectId: string;
  /** By the name that the history has for them. */
  readonly keys: Readonly<Record<string, { readonly id: string; readonly secret: string }>>;
}

/** What the client of a call saw. */
export interface Seen {
  readonly drawn: DrawnCall;
  /** 0: it left, or the connection broke. */
  readonly status: number;
  /** Empty without a status. */
  readonly requestId: string;
  readonly error: { readonly code: string; readonly details?: RefusalDetails } | undefined;
}

/** Of an error that a limit or a budget made. */
export interface RefusalDetails {
  readonly limit?: number;
  readonly used?: number;
  readonly limit_name?: string;
  readonly reserved_usd?: number;
  readonly wanted_usd?: number;
}

const NEVER = new AbortController().signal;
const KNOWN_WITHIN_MS = 10_000;
/** A connection for each call, so that the system deals it to any of a server's threads. */
const agent = new Agent({ keepAlive: false });

/** Makes everything on the first server through the management API, and waits until the others have it. */
export async function prepare({ servers }: Stand, history: History): Promise<Prepared> {
  const [first, ...others] = servers as [RunningWeir, ...RunningWeir[]];
  const { limits, budgets } = history.rules;
  const projectId = (await made(first, 'POST /api/v1/projects', { name: history.name })).id as string;
  const keys: Record<string, { id: string; secret: string }> = {};
  for (const name of KEYS) {
    const { id, key } = await made(first, 'POST /api/v1/keys', { name, project_id: projectId, limits: limits.key });
    keys[name] = { id: id as string, secret: key as string };
  }
  for (const user of USERS) {
    await made(first, `PUT /api/v1/users/${user}`, { project_id: projectId, limits: limits.user });
  }
  for (const { scope, id, period, limitNano } of budgets) {
    const whose = scope === 'project' ? projectId : (keys[id]?.id ?? id);
    await made(first, 'PUT /api/v1/budgets', { scope, id: whose, project_id: projectId, period, usd: limitNano / 1e9 });
  }
  const prepared = { history, projectId, keys };
  for (const other of others) await knows(other, prepared);
  return prepared;
}

export const USERS = ['ann', 'bob'];
export const KEYS = ['key_1', 'key_2'];

async function made(server: RunningWeir, route: string, body: object): Promise<Record<string, unknown>> {
  const reply = await server.api(route, body);
  if (reply.status >= 300) throw new Error(`${route}: ${reply.status} ${reply.text.slice(0, 300)}`);
  return reply.json;
}

async function knows(server: RunningWeir, of: Prepared): Promise<void> {
  const { limits, budgets } = of.history.rules;
  const secrets = Object.values(of.keys).map(({ secret }) => secret);
  const limited = Object.values(limits.user).filter((limit) => limit !== undefined).length;
  const until = performance.now() + KNOWN_WITHIN_MS;
  for (;;) {
    const uses = await Promise.all(
      secrets.flatMap((secret) => USERS.map((user) => limitsOf(server, { secret, user }).catch(() => []))),
    );
    const hasLimits = uses.every((use) => use.filter(({ scope }) => scope === 'user').length === limited);
    if (hasLimits && (await budgetsOf(server, of.projectId)).length === budgets.length) return;
    if (performance.now() > until) throw new Error(`${of.history.name} is not known everywhere`);
    await pause(50, NEVER);
  }
}

export interface LimitUse {
  readonly scope: string;
  readonly name: string;
  readonly limit: number;
  readonly used: number;
}

/** The limits that hold for a user's calls with a key. */
export async function limitsOf(server: RunningWeir, of: { secret: string; user: string }): Promise<LimitUse[]> {
  const headers = { authorization: `Bearer ${of.secret}` };
  const reply = await server.api(`GET /api/v1/limits?user_id=${of.user}`, undefined, headers);
  if (reply.status !== 200) throw new Error(`limits: ${reply.status} ${reply.text.slice(0, 300)}`);
  return reply.json.data.filter(({ api }: { api: string | null }) => api === null);
}

export interface BudgetUse {
  readonly scope: string;
  readonly id: string;
  readonly usd: number;
  /** Null for a budget of each of many, and while the counters do not answer. */
  readonly settled_usd: number | null;
  readonly reserved_usd: number | null;
  readonly period_starts_at: string | null;
}

/** A project's budgets; `id` shows a budget of each for one. */
export async function budgetsOf(server: RunningWeir, projectId: string, id?: string): Promise<BudgetUse[]> {
  const of = id === undefined ? '' : `&id=${id}`;
  const reply = await server.api(`GET /api/v1/budgets?project_id=${projectId}${of}`);
  if (reply.status !== 200) throw new Error(`budgets: ${reply.status} ${reply.text.slice(0, 300)}`);
  return reply.json.data;
}

/** All calls, each in its time; resolves when the last has its answer. */
export async function play({ servers }: Stand, prepared: Prepared): Promise<Seen[]> {
  return Promise.all(
    prepared.history.calls.map(async (drawn) => {
      await pause(drawn.afterMs, NEVER);
      return send(servers[drawn.replica % servers.length] as RunningWeir, prepared, drawn);
    }),
  );
}

function send(server: RunningWeir, { history, keys }: Prepared, drawn: DrawnCall): Promise<Seen> {
  const { user, key, leavesAfterMs } = drawn;
  const filling = drawn.body.messages.map(({ content }) => content).join(' ');
  const content = promptOf({ history: history.name, user, key, leaves: leavesAfterMs !== undefined }, filling);
  const body = JSON.stringify({ ...drawn.body, messages: [{ role: 'user', content }] });
  const headers = {
    authorization: `Bearer ${keys[key]?.secret}`,
    'x-user-id': user,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve) => {
    const gone = () => resolve({ drawn, status: 0, requestId: '', error: undefined });
    const sent = request(`${server.url}/v1/chat/completions`, { agent, method: 'POST', headers });
    if (leavesAfterMs !== undefined) setTimeout(() => sent.destroy(), leavesAfterMs);
    sent.once('error', gone);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.once('error', gone);
      response.once('close', gone);
      response.once('end', () => {
        const status = response.statusCode ?? 0;
        const error = status === 200 ? undefined : JSON.parse(text).error;
        resolve({ drawn, status, requestId: String(response.headers['x-request-id']), error });
      });
    });
    sent.end(body);
  });
}
