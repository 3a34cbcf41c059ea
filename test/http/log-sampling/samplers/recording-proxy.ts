import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An address that stays while servers behind it come and go, and what was reported through it. */
export interface RecordingProxy {
  readonly url: string;
  /** Bodies of the pattern summaries that the server took. */
  readonly reports: { readonly patterns: readonly { count: number; sampled_count: number; signature: string }[] }[];
  /** Where requests go from now on. */
  target: string;
  close(): void;
}

export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const server = createServer((asked, reply) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', () => {
      const body = Buffer.concat(chunks);
      const { method, headers, url = '' } = asked;
      const sent = request(proxy.target + url, { method, headers, agent: false }, (answer) => {
        if (url.endsWith('/patterns/stats') && answer.statusCode === 202) proxy.reports.push(JSON.parse(String(body)));
        reply.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on('error', () => reply.destroy());
        answer.pipe(reply);
      });
      sent.on('error', () => reply.destroy());
      reply.on('close', () => sent.destroy());
      sent.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: RecordingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reports: [],
    target,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return proxy;
}
