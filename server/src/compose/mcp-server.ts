import { version } from '../cli/version.ts';
import type { Config } from '../config/schema.ts';
import type { Workflows } from '../features/workflows/workflows.ts';
import type { RouteSpec } from '../http/route.ts';
import { mcpRoutes } from '../http/routes/mcp.ts';
import { createMcp } from '../mcp/server/mcp-handler.ts';
import type { Clock } from '../ports/clock.ts';
import type { PublishedPrompts } from '../ports/published-prompts.ts';
import { describeBug } from './observing/describe-bug.ts';
import type { Log } from './observing/observability.ts';
import { publishedWorkflows } from './published-workflows.ts';

/** Weir as an MCP server at /mcp. Its libraries are loaded at the first request. */
export function composeMcpServer(of: {
  config: Config;
  workflows: Pick<Workflows, 'published' | 'execute' | 'settled' | 'execution' | 'executions' | 'cancel'>;
  prompts: PublishedPrompts;
  clock: Clock;
  log: Log;
}): { readonly routes: RouteSpec[]; close(): Promise<void> } {
  const mcp = createMcp({
    workflows: publishedWorkflows(of.workflows),
    prompts: of.prompts,
    version,
    clock: of.clock,
    maxBodyBytes: of.config.server.max_body_bytes,
    report: (error) => of.log.logger.error({ event: 'bug', path: '/mcp', ...describeBug(error) }),
  });
  return { routes: mcpRoutes(mcp), close: mcp.close };
}
