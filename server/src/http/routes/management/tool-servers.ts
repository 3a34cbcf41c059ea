import {
  listSchema,
  type ToolServerObject,
  toolCallResultSchema,
  toolCallSchema,
  toolSchema,
  toolServerSchema,
} from '@weir/contract';
import type { FastifyReply } from 'fastify';
import { WeirError } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { Tool, ToolServers } from '../../../ports/tool-servers.ts';
import { callerOf } from '../../caller-of.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../../route.ts';
import { readBody } from '../../server.ts';

export interface ToolServerRouteServices extends Pick<ToolServers, 'tools' | 'callTool'> {
  readonly status: () => readonly ToolServerObject[];
  /** May this project use the server? */
  readonly allows: (server: string, projectId: string) => boolean;
}

/** As long as any server may be asked; its own timeout_ms is shorter. */
const LONGEST_MS = 3_600_000;

/** Tool servers as they are; they are made and changed in the configuration file only. */
export function toolServerRoutes(services: ToolServerRouteServices): RouteSpec[] {
  const common = { errors: 'weir', tag: 'MCP' } as const;
  return [
    {
      ...common,
      method: 'GET',
      path: '/api/v1/mcp/servers',
      permission: 'view',
      summary: 'Tool servers of the configuration: state, protocol, tools that may be called and tools that changed',
      reply: listSchema(toolServerSchema),
      handle(request) {
        const { projectId } = keyOf(request);
        return { data: services.status().filter(({ name }) => services.allows(name, projectId)), next_cursor: null };
      },
    },
    {
      ...common,
      method: 'GET',
      path: '/api/v1/mcp/servers/:server/tools',
      permission: 'develop',
      summary: 'Tools of a server that may be called',
      reply: listSchema(toolSchema),
      async handle(request) {
        const server = serverOf(request, services);
        const tools = await services.tools(server);
        return { data: tools.map(viewOf), next_cursor: null };
      },
    },
    {
      ...common,
      method: 'POST',
      path: '/api/v1/mcp/servers/:server/tools/:tool/call',
      permission: 'develop',
      summary: 'Call a tool, as a step of a workflow would',
      body: toolCallSchema,
      reply: toolCallResultSchema,
      async handle(request, reply) {
        const server = serverOf(request, services);
        const { arguments: given } = readBody(request, toolCallSchema);
        return services.callTool({
          server,
          tool: parameter(request, 'tool'),
          arguments: (given ?? {}) as JsonObject,
          caller: callerOf(keyOf(request)),
          signal: untilGone(reply),
          timeoutMs: LONGEST_MS,
          origin: undefined,
        });
      },
    },
  ];
}

/** A server of another project is like one that is not there. */
function serverOf(request: WeirRequest, { allows }: Pick<ToolServerRouteServices, 'allows'>): string {
  const server = parameter(request, 'server');
  if (allows(server, keyOf(request).projectId)) return server;
  throw new WeirError('resource.not_found', { message: 'This project has no MCP server of that name.' });
}

function parameter(request: WeirRequest, name: string): string {
  return (request.params as Record<string, string>)[name] ?? '';
}

/** Aborted when the client leaves. */
function untilGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

function viewOf(tool: Tool) {
  return {
    name: tool.name,
    description: tool.description,
    input_schema: tool.inputSchema,
    output_schema: tool.outputSchema ?? null,
    read_only: tool.readOnly,
    idempotent: tool.idempotent,
    destructive: tool.destructive,
  };
}
