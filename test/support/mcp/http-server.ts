import { createServer, type IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { createMcpHandler, type McpServerFactory } from '@modelcontextprotocol/server';
import { onTestFinished } from 'vitest';

/** A server with Streamable HTTP on a free port of 127.0.0.1, closed with the test; `seen` gets the headers of each request. */
export async function mcpOverHttp(factory: McpServerFactory): Promise<{ url: string; seen: IncomingHttpHeaders[] }> {
  const handler = createMcpHandler(factory);
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer(async (request, response) => {
    seen.push(request.headers);
    const body = request.method === 'POST' ? Readable.toWeb(request) : null;
    const answer = await handler.fetch(
      new Request(`http://127.0.0.1${request.url}`, {
        method: request.method ?? 'GET',
        headers: Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        body: body as ReadableStream | null,
        duplex: 'half',
      }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (answer.body === null) response.end();
    else Readable.fromWeb(answer.body as never).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    await handler.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/mcp`, seen };
}
