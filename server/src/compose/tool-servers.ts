import { version } from '../cli/version.ts';
import type { Config } from '../config/schema.ts';
import type { ToolServerConfig } from '../config/sections/mcp.ts';
import { DEFAULT_PROJECT } from '../features/access/key-store.ts';
import { sealedInbox } from '../features/workflows/sealed-store.ts';
import type { RouteSpec } from '../http/route.ts';
import { toolServerRoutes } from '../http/routes/management/tool-servers.ts';
import type { ToolServerSettings } from '../mcp/settings.ts';
import { type ConfiguredToolServers, createToolServers } from '../mcp/tool-servers.ts';
import { ToolPins } from '../mcp/trust/tool-pins.ts';
import type { Clock } from '../ports/clock.ts';
import type { HttpClient } from '../ports/http-client.ts';
import type { ModelGateway } from '../ports/model-gateway.ts';
import type { Log } from './observing/observability.ts';
import type { Stores } from './stores.ts';
import { brokeredEnvironment, setBrokeredKeys } from './tool-servers/brokered-keys.ts';

export interface ToolServersParts {
  readonly config: Config;
  readonly stores: Stores;
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly log: Log;
  /** Where this server listens: origin without a trailing slash. Asked for when a tool server is started. */
  readonly address: () => string;
  /** For servers that may ask models. */
  readonly models: Pick<ModelGateway, 'answer'>;
  /** False in threads beside the main one, which find the keys made. */
  readonly makesKeys: boolean;
}

export interface ComposedToolServers extends ConfiguredToolServers {
  readonly routes: RouteSpec[];
}

/** The tool servers of the configuration. Without any nothing of their protocol is loaded. */
export async function composeToolServers(parts: ToolServersParts): Promise<ComposedToolServers> {
  const { config, stores, clock, http, log } = parts;
  if (parts.makesKeys) await setBrokeredKeys(config, stores);
  const inbox = sealedInbox(stores.storage.inbox, stores.seal);
  const settings = Object.entries(config.mcp.servers).map(([name, server]) => settingsOf(name, server, parts));
  const servers = createToolServers(settings, {
    http,
    clock,
    version,
    models: parts.models,
    inbox,
    pins: new ToolPins({
      values: stores.storage.values,
      inbox,
      clock,
      projectId: DEFAULT_PROJECT,
    }),
    report: (event, fields) => log.logger.info({ event, ...fields }),
  });
  return { ...servers, routes: toolServerRoutes(servers) };
}

function settingsOf(name: string, server: ToolServerConfig, parts: ToolServersParts): ToolServerSettings {
  const { stores, address } = parts;
  return {
    name,
    reach: reachOf(name, server, { stores, address }),
    timeoutMs: server.timeout_ms,
    maxResultBytes: server.max_result_bytes,
    sampling:
      server.sampling === undefined
        ? undefined
        : {
            models: server.sampling.models,
            maxTokens: server.sampling.max_tokens,
            maxRounds: server.sampling.max_rounds,
          },
    elicitation: server.elicitation,
    allows: (projectId) => {
      const named = stores.projects.list().find(({ id }) => id === projectId)?.name ?? projectId;
      return server.projects.some((project) => ['*', projectId, named].includes(project));
    },
  };
}

function reachOf(
  name: string,
  server: ToolServerConfig,
  of: Pick<ToolServersParts, 'stores' | 'address'>,
): ToolServerSettings['reach'] {
  if (server.url !== undefined) return { kind: 'http', url: server.url, headers: server.headers ?? {} };
  const brokered = () =>
    server.broker === undefined ? {} : brokeredEnvironment(name, { address: of.address(), stores: of.stores });
  return {
    kind: 'stdio',
    command: server.command ?? '',
    args: server.args ?? [],
    environment: () => ({ ...server.env, ...brokered() }),
    directory: server.cwd,
  };
}
