// Weir's own /mcp for the official conformance suite, which sends no keys: everybody is one developer. The workflows and
// prompts have the names that the suite asks for. Says its address on standard output; ends when standard input does.
import { systemClock } from '../../../../server/src/compose/system-clock.ts';
import { errorEncoder } from '../../../../server/src/http/error-body.ts';
import { mcpRoutes } from '../../../../server/src/http/routes/mcp.ts';
import { createServer } from '../../../../server/src/http/server.ts';
import type { JsonObject } from '../../../../server/src/kernel/json.ts';
import { createMcp } from '../../../../server/src/mcp/server/mcp-handler.ts';
import { anthropicMessagesClient } from '../../../../server/src/protocols/anthropic-messages/client.ts';
import { openaiChatClient } from '../../../../server/src/protocols/openai-chat/client.ts';
import { memoryWorkflows } from '../memory-workflows.ts';

const SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: { address: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } } },
  properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
  additionalProperties: false,
} satisfies JsonObject;

const said = (output: string) => () => ({ status: 'completed', output, error: null }) as const;
const failed = () =>
  ({ status: 'failed', output: null, error: 'This tool intentionally returns an error for testing' }) as const;

const workflows = memoryWorkflows([
  {
    id: '1',
    name: 'test_simple_text',
    description: 'Text',
    input: undefined,
    run: said('This is a simple text response for testing.'),
  },
  { id: '2', name: 'test_error_handling', description: 'An error', input: undefined, run: failed },
  { id: '3', name: 'json_schema_2020_12_tool', description: 'A schema', input: SCHEMA, run: said('done') },
]);
const argument = (name: string) => ({ name, description: name, required: true });
const prompts = [
  { name: 'test_simple_prompt', description: 'Simple', arguments: [] },
  {
    name: 'test_prompt_with_arguments',
    description: 'With arguments',
    arguments: [argument('arg1'), argument('arg2')],
  },
];
const mcp = createMcp({
  workflows,
  prompts: {
    list: async () => prompts,
    render: async ({ arguments: given }) => [
      { role: 'user', text: `This is a prompt for testing: arg1='${given.arg1}', arg2='${given.arg2}'` },
    ],
  },
  version: '1.0.0',
  clock: systemClock,
  maxBodyBytes: 1_000_000,
  report: (error) => console.error(error),
});
const developer = {
  ...{ id: 'key', projectId: 'default', name: 'suite', role: 'developer' as const, scopes: {}, budget: undefined },
  ...{ last4: 'test', createdAt: 0, expiresAt: null, revokedAt: null },
} as const;
const app = createServer(mcpRoutes(mcp), {
  authenticate: () => developer,
  clock: systemClock,
  errors: errorEncoder({ openai: openaiChatClient, anthropic: anthropicMessagesClient }, () => 0),
  maxBodyBytes: 1_000_000,
  idempotency: { begin: async () => undefined } as never,
  report: (error) => console.error(error),
});
console.log(`${await app.listen({ host: '127.0.0.1', port: 0 })}/mcp`);
process.stdin.resume().once('end', () => process.exit(0));
