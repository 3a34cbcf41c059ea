import { onTestFinished } from 'vitest';
import { mcpRoutes } from '../../../server/src/http/routes/mcp.ts';
import { createMcp } from '../../../server/src/mcp/server/mcp-handler.ts';
import type { PublishedPrompts } from '../../../server/src/ports/published-prompts.ts';
import type { PublishedWorkflows } from '../../../server/src/ports/published-workflows.ts';
import { systemClock } from '../../contracts/system-clock.ts';
import { managementServer } from '../management-server.ts';

/** `/mcp` on a real server; gives its address and the means to make keys. */
export async function weirMcp(workflows: PublishedWorkflows, prompts?: PublishedPrompts) {
  const bugs: unknown[] = [];
  const mcp = createMcp({
    workflows,
    ...(prompts === undefined ? {} : { prompts }),
    version: '1.2.3',
    clock: systemClock,
    maxBodyBytes: 1_000_000,
    report: (error) => bugs.push(error),
  });
  const server = await managementServer({ extra: mcpRoutes(mcp) });
  const address = await server.app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => mcp.close());
  return { url: `${address}/mcp`, bugs, key: server.key, project: server.project };
}
