import { WeirError } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import type { Clock } from '../ports/clock.ts';
import type { HttpClient } from '../ports/http-client.ts';
import type { InboxStore } from '../ports/inbox.ts';
import type { ModelGateway } from '../ports/model-gateway.ts';
import type { ToolServerQuestion, ToolServers } from '../ports/tool-servers.ts';
import { CallerTurns } from './asking/caller-turns.ts';
import { answerElicitation } from './asking/elicitation.ts';
import { answerSampling } from './asking/sampling.ts';
import { Connection, type ConnectionServices, type ConnectionState } from './connecting/connection.ts';
import { boundedText } from './results/bounded-text.ts';
import type { ToolServerSettings } from './settings.ts';
import { type ToolCounts, ToolServer } from './tool-server.ts';
import type { ToolPins } from './trust/tool-pins.ts';

export interface ToolServersServices {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly pins: ToolPins;
  /** For servers that may ask models. */
  readonly models: Pick<ModelGateway, 'answer'>;
  /** For servers that may ask people. */
  readonly inbox: InboxStore;
  readonly version: string;
  /** Told without any content: names, states, sizes. */
  readonly report: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** How a server is, for people. */
export interface ToolServerStatus {
  readonly name: string;
  readonly transport: 'stdio' | 'http';
  readonly state: ConnectionState;
  /** Null while not connected. */
  readonly protocol: string | null;
  /** Null while it was never asked. */
  readonly tools: ToolCounts | null;
  /** Why it is down; null when it is not. */
  readonly error: string | null;
}

/** The servers of the configuration file. Nothing is started or loaded before the first question. */
export interface ConfiguredToolServers extends ToolServers {
  status(): readonly ToolServerStatus[];
  /** May this project use the server? False for servers that are not there. */
  allows(server: string, projectId: string): boolean;
  close(): Promise<void>;
}

export function createToolServers(
  settings: readonly ToolServerSettings[],
  services: ToolServersServices,
): ConfiguredToolServers {
  const servers = new Map(settings.map((of) => [of.name, toolServer(of, services)]));
  const names = [...servers.keys()].sort();
  const find = ({ server: name, caller }: Pick<ToolServerQuestion, 'server' | 'caller'>): ToolServer => {
    const server = known(name);
    if (server.settings.allows(caller.projectId)) return server;
    throw new WeirError('auth.denied', {
      message: `The MCP server "${name}" is not for this project (mcp.servers.${name}.projects).`,
      details: { server: name },
    });
  };
  const known = (name: string): ToolServer => {
    const server = servers.get(name);
    if (server !== undefined) return server;
    const there = names.length === 0 ? 'none is configured (mcp.servers)' : `there are: ${names.join(', ')}`;
    throw new WeirError('resource.not_found', {
      message: `There is no MCP server "${boundedText(name, 64)}"; ${there}.`,
    });
  };
  return {
    names,
    tools: async (name) => known(name).tools({ signal: NEVER, timeoutMs: known(name).settings.timeoutMs }),
    callTool: async (call) => find(call).callTool(call),
    getPrompt: async (of) => find(of).getPrompt(of),
    async readResource(of) {
      const { server, ...question } = of;
      if (server !== undefined) return find({ server, caller: of.caller }).readResource(question);
      const allowed = [...servers.values()].filter((one) => one.settings.allows(of.caller.projectId));
      return (await holderOf(allowed, question)).readResource(question);
    },
    allows: (name, projectId) => servers.get(name)?.settings.allows(projectId) === true,
    status: () => names.map((name) => statusOf(known(name))),
    close: async () => {
      await Promise.all([...servers.values()].map(({ connection }) => connection.close()));
    },
  };
}

const NEVER = new AbortController().signal;

function toolServer(settings: ToolServerSettings, services: ToolServersServices): ToolServer {
  const { http, clock, pins, version } = services;
  const report = (event: string, fields: Readonly<Record<string, unknown>>) =>
    services.report(event, { server: settings.name, ...fields });
  const turns = new CallerTurns();
  const connection = new Connection(settings, {
    http,
    clock,
    version,
    offer: offerTo(settings, { ...services, turns, report }),
    noise: quietly(clock, (bytes) => report('mcp_stderr', { bytes })),
    toolsChanged: () => server.toolsChanged(),
    told: (state, fields) => report(`mcp_${state}`, fields),
  });
  const server = new ToolServer({ settings, connection, pins, clock, turns });
  return server;
}

/** What the server may ask of us; nothing unless its settings say so. */
function offerTo(
  { name: server, sampling, elicitation }: ToolServerSettings,
  of: Pick<ToolServersServices, 'models' | 'inbox' | 'clock' | 'report'> & { turns: CallerTurns },
): ConnectionServices['offer'] {
  const { models, inbox, clock, turns } = of;
  return {
    capabilities: {
      ...(sampling === undefined ? {} : { sampling: {} }),
      ...(elicitation === true ? { elicitation: { form: { applyDefaults: true } } } : {}),
    },
    answer(client) {
      if (sampling !== undefined) {
        const refused = (code: string) => of.report('mcp_sampling_refused', { code });
        const asked = { server, settings: sampling, models, turns, clock, refused };
        client.setRequestHandler('sampling/createMessage', ({ params }) => answerSampling(params, asked));
      }
      if (elicitation === true) {
        const asked = { server, inbox, turns, clock };
        client.setRequestHandler('elicitation/create', ({ params }) => answerElicitation(params, asked));
      }
    },
  };
}

const NOISE_EVERY_MS = 60_000;

/** Sums up what comes, and tells at most once a minute. */
function quietly(clock: Clock, tell: (bytes: number) => void): (bytes: number) => void {
  let sum = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  return (bytes) => {
    sum += bytes;
    if (clock.monotonic() - toldAt < NOISE_EVERY_MS) return;
    tell(sum);
    sum = 0;
    toldAt = clock.monotonic();
  };
}

/** The server whose list has the URI, or whose templates fit it best; the first by name of several. */
async function holderOf(
  servers: readonly ToolServer[],
  of: { readonly uri: string; readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<ToolServer> {
  const answers = await Promise.allSettled(servers.map((server) => server.knows(of)));
  const fits = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : 0));
  const best = Math.max(0, ...fits);
  const holder = servers[fits.indexOf(best)];
  if (best > 0 && holder !== undefined) return holder;
  of.signal.throwIfAborted();
  const silent = servers
    .filter((_server, at) => answers[at]?.status === 'rejected')
    .map(({ settings }) => settings.name);
  if (silent.length > 0) {
    throw new WeirError('upstream.unavailable', {
      message: `No MCP server that answers has this resource; these do not answer: ${silent.join(', ')}.`,
      details: { servers: silent as Json },
    });
  }
  throw new WeirError('resource.not_found', {
    message: 'No MCP server has this resource. Name the server in the step when it does not list its resources.',
  });
}

function statusOf({ settings, connection, counts }: ToolServer): ToolServerStatus {
  return {
    name: settings.name,
    transport: settings.reach.kind,
    state: connection.state,
    protocol: connection.protocolVersion ?? null,
    tools: counts ?? null,
    error: connection.state === 'down' ? (connection.lastError?.message ?? null) : null,
  };
}
