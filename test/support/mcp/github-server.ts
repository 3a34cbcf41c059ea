// An imitation of GitHub's MCP server over stdio, in both protocol eras.
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
import { registerGithubTools } from './github-tools.ts';

serveStdio(() => {
  const server = new McpServer({ name: 'github', version: '1.0.0' });
  registerGithubTools(server, (fields) => z.object(fields));
  return server;
});
