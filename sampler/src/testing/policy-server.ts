import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Report {
  readonly service_name: string;
  readonly total_logs: number;
  readonly patterns: readonly {
    readonly signature: string;
    readonly count: number;
    readonly sampled_count: number;
    readonly severities: Readonly<Record<string, number>>;
    readonly first_seen: number;
    readonly last_seen: number;
    readonly example?: string;
  }[];
}

/** The part of Weir that samplers talk to: gives a policy out, holds questions until it changes, takes summaries. */
export class PolicyServer {
  readonly reports: Report[] = [];
  readonly questions: { readonly path: string; readonly etag: string | undefined; readonly key: string | undefined }[] =
    [];
  /** What to answer instead; undefined: what was asked for. */
  failWith: number | undefined;
  readonly #server: Server;
  readonly #held = new Set<ServerResponse>();
  readonly #waiting = new Set<() => void>();
  #body: string | undefined;
  #version = 0;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<PolicyServer> {
    const started = new PolicyServer();
    started.#server.listen(0, '127.0.0.1');
    await once(started.#server, 'listening');
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A document, or a text to be sent as it is. */
  publish(policy: unknown): void {
    this.#body = typeof policy === 'string' ? policy : JSON.stringify(policy);
    this.#version++;
    for (const response of this.#held) this.#give(response);
    this.#held.clear();
  }

  /** Resolves as soon as the condition holds; it is looked at after every request. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Questions that are being held. */
  get held(): number {
    return this.#held.size;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    this.#handle(request, response, body);
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #handle(request: IncomingMessage, response: ServerResponse, body: string): void {
    const etag = request.headers['if-none-match'];
    if (request.method === 'GET') {
      this.questions.push({ path: request.url ?? '', etag, key: request.headers.authorization });
    }
    if (this.failWith !== undefined) response.writeHead(this.failWith).end();
    else if (request.method === 'POST') {
      this.reports.push(JSON.parse(body) as Report);
      response.writeHead(202).end('{}');
    } else if (this.#body === undefined) response.writeHead(404).end();
    else if (etag === this.#etag) this.#held.add(response);
    else this.#give(response);
  }

  get #etag(): string {
    return `"${this.#version}"`;
  }

  #give(response: ServerResponse): void {
    response.writeHead(200, { etag: this.#etag }).end(this.#body);
  }
}
