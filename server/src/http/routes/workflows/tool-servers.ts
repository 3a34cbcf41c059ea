import { listSchema, type ToolServerObject, toolServerSchema } from '@weir/contract';
import { isWeirError } from '../../../kernel/errors.ts';
import type { Tool, ToolServers } from '../../../ports/tool-servers.ts';
import type { RouteSpec } from '../../route.ts';

/** MCP servers of the configuration file. None can be added here: they are programs that run on this machine. */
export function toolServerRoutes(servers: Pick<ToolServers, 'names' | 'tools'>): RouteSpec[] {
  return [
    {
      ...{ method: 'GET', errors: 'weir', tag: 'MCP', permission: 'view' },
      path: '/api/v1/mcp/servers',
      summary: 'MCP servers of the configuration, whether they answer, and their tools',
      reply: listSchema(toolServerSchema),
      handle: async () => ({
        data: await Promise.all(servers.names.map((name) => look(servers, name))),
        next_cursor: null,
      }),
    },
  ];
}

async function look(servers: Pick<ToolServers, 'tools'>, name: string): Promise<ToolServerObject> {
  try {
    return { name, status: 'ready', error: null, tools: (await servers.tools(name)).map(shownTool) };
  } catch (error) {
    if (!isWeirError(error)) throw error;
    return { name, status: 'unreachable', error: error.message, tools: [] };
  }
}

function shownTool(tool: Tool): ToolServerObject['tools'][number] {
  return {
    ...{ name: tool.name, description: tool.description, input_schema: tool.inputSchema },
    ...{ output_schema: tool.outputSchema ?? null, read_only: tool.readOnly },
    ...{ idempotent: tool.idempotent, destructive: tool.destructive },
  };
}
