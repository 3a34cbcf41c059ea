// The same imitation on the library of the old era only.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { registerGithubTools } from './github-tools.ts';

const server = new McpServer({ name: 'github', version: '1.0.0' });
registerGithubTools(server, (fields) => fields);
await server.connect(new StdioServerTransport());
