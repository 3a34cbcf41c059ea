// The client under the official conformance suite: Weir's own connections. The suite gives the address of its server as the
// last argument and the scenario in the environment.
import { systemClock } from '../../../../server/src/compose/system-clock.ts';
import { createHttpClient } from '../../../../server/src/egress/http-client.ts';
import { createToolServers } from '../../../../server/src/mcp/tool-servers.ts';
import { ToolPins } from '../../../../server/src/mcp/trust/tool-pins.ts';
import type { InboxStore } from '../../../../server/src/ports/inbox.ts';
import { memoryInbox } from '../memory-inbox.ts';

/** What each scenario wants called. */
const CALLS: Record<string, { tool: string; arguments: Record<string, number> }> = {
  tools_call: { tool: 'add_numbers', arguments: { a: 5, b: 3 } },
  'elicitation-sep1034-client-defaults': { tool: 'test_client_elicitation_defaults', arguments: {} },
  'sse-retry': { tool: 'test_reconnection', arguments: {} },
};

const values = new Map<string, string>();
const inbox = approving(memoryInbox());
const http = createHttpClient({ connectTimeoutMs: 3000, allow: ['127.0.0.0/8', '::1'] });
const url = String(process.argv.at(-1)).replace('//localhost', '//127.0.0.1');
const servers = createToolServers(
  [
    {
      name: 'suite',
      reach: { kind: 'http', url, headers: {} },
      timeoutMs: 20_000,
      maxResultBytes: 1_000_000,
      allows: () => true,
      elicitation: true,
    },
  ],
  {
    http,
    clock: systemClock,
    version: '1.0.0',
    inbox,
    models: { answer: () => Promise.reject(new Error('no scenario samples')) },
    pins: new ToolPins({
      values: {
        get: async (name) => values.get(name),
        put: async (name, value) => void values.set(name, value),
        async claim(name, value) {
          if (!values.has(name)) values.set(name, value);
          return values.get(name) ?? value;
        },
      },
      inbox,
      clock: systemClock,
      projectId: 'default',
    }),
    report: () => undefined,
  },
);
const question = {
  server: 'suite',
  caller: { keyId: 'key', projectId: 'default', role: 'developer', models: undefined, routes: undefined },
  signal: new AbortController().signal,
  timeoutMs: 20_000,
  origin: undefined,
};
await servers.tools('suite');
const call = CALLS[process.env.MCP_CONFORMANCE_SCENARIO ?? ''];
if (call !== undefined) await servers.callTool({ ...question, ...call });
await servers.close();
await http.close();

/** A person who takes every form as it is. */
function approving(box: InboxStore): InboxStore {
  return {
    ...box,
    async put(row) {
      await box.put(row);
      const decision = { projectId: row.project_id, id: row.id, data: '{}', by: 'suite', atMs: 0 } as const;
      await box.decide({ ...decision, status: 'approved' });
    },
  };
}
