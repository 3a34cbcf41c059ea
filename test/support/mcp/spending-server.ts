// A tool server that asks models, as those do that were written for a provider's own key: both clients' environment variables,
// nothing else. Its tools answer with the status and what was said.
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

const { OPENAI_BASE_URL, OPENAI_API_KEY, ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY } = process.env;
const question = {
  model: 'openai/priced',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Say "the weir holds".' }],
};

async function answered(url: string, headers: Record<string, string>) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(question),
  });
  const structuredContent = { status: response.status, body: await response.json() };
  return { content: [{ type: 'text' as const, text: JSON.stringify(structuredContent) }], structuredContent };
}

serveStdio(() => {
  const server = new McpServer({ name: 'spending', version: '1.0.0' });
  server.registerTool('ask_openai', {}, () =>
    answered(`${OPENAI_BASE_URL}/chat/completions`, { authorization: `Bearer ${OPENAI_API_KEY}` }),
  );
  server.registerTool('ask_anthropic', {}, () =>
    answered(`${ANTHROPIC_BASE_URL}/v1/messages`, {
      'x-api-key': String(ANTHROPIC_API_KEY),
      'anthropic-version': '2023-06-01',
    }),
  );
  server.registerTool('environment', {}, async () => ({
    content: [{ type: 'text', text: JSON.stringify(process.env) }],
  }));
  return server;
});
