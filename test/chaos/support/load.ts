import { Agent, request } from 'node:http';
import { type ClientWire, isWholeStream, streamedError } from './scene.ts';

/** How one call ended, seen from its client. */
export interface Ending {
  /** Empty when no headers came. */
  readonly requestId: string;
  /** 0 when no headers came. */
  readonly status: number;
  readonly stream: boolean;
  /** A reply with nothing missing and nothing wrong. */
  readonly isWhole: boolean;
  /** An error in the shape of the wire: a body, or an event in the stream. */
  readonly isClearError: boolean;
  readonly attempts: number;
  readonly overheadMs: number;
  readonly tookMs: number;
  readonly text: string;
}

export interface LoadCall {
  readonly wire: ClientWire;
  readonly model: string;
  readonly stream: boolean;
  readonly prompt?: string;
}

/** Longer than any server of a campaign takes; a call that is not over by then ends without a reply. */
const TIMEOUT_MS = 120_000;

/** A client that keeps its connections and takes whatever comes. */
export class LoadClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  readonly #url: URL;
  readonly #key: string;

  constructor(weir: { url: string; adminKey: string }) {
    this.#url = new URL(weir.url);
    this.#key = weir.adminKey;
  }

  /** Has a connection open, in use or kept for the next call. */
  get isConnected(): boolean {
    return [this.#agent.sockets, this.#agent.freeSockets].some((sockets) => Object.keys(sockets).length > 0);
  }

  call(of: LoadCall): Promise<Ending> {
    const startedMono = performance.now();
    const body = JSON.stringify({
      model: of.model,
      max_tokens: 200,
      stream: of.stream,
      messages: [{ role: 'user', content: of.prompt ?? 'say "the weir holds"' }],
    });
    return new Promise((resolve) => {
      let text = '';
      let status = 0;
      let headers: Record<string, string | string[] | undefined> = {};
      const end = (isComplete: boolean) => {
        clearTimeout(timer);
        const tookMs = performance.now() - startedMono;
        resolve(endingOf(of, { text, status, headers, isComplete, tookMs }));
      };
      const outgoing = request(
        {
          agent: this.#agent,
          host: this.#url.hostname,
          port: this.#url.port,
          method: 'POST',
          path: of.wire === 'anthropic' ? '/v1/messages' : '/v1/chat/completions',
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            authorization: `Bearer ${this.#key}`,
            ...(of.wire === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {}),
          },
        },
        (response) => {
          status = response.statusCode ?? 0;
          headers = response.headers;
          response.setEncoding('utf8');
          response.on('data', (piece: string) => {
            text += piece;
          });
          response.on('end', () => end(response.complete));
          response.on('error', () => end(false));
        },
      );
      outgoing.on('error', () => end(false));
      const timer = setTimeout(() => outgoing.destroy(new Error(`no whole reply within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
      outgoing.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function endingOf(
  call: LoadCall,
  of: {
    text: string;
    status: number;
    headers: Record<string, string | string[] | undefined>;
    isComplete: boolean;
    tookMs: number;
  },
): Ending {
  const { text, status, headers, isComplete } = of;
  const isStream = status === 200 && call.stream;
  const said = isStream ? streamedError(call.wire, text) : errorOf(text, status);
  return {
    requestId: String(headers['x-request-id'] ?? ''),
    status,
    stream: call.stream,
    isWhole:
      isComplete && status === 200 && (isStream ? isWholeStream(call.wire, text) : isReply(text)) && said === undefined,
    isClearError: isComplete && said !== undefined && !(isStream && isWholeStream(call.wire, text)),
    attempts: Number(headers['x-weir-attempts'] ?? 0),
    overheadMs: Number(headers['x-weir-overhead-ms'] ?? 0),
    tookMs: of.tookMs,
    text,
  };
}

function isReply(text: string): boolean {
  const json = parsed(text);
  return Array.isArray(json?.choices) || Array.isArray(json?.content);
}

function errorOf(text: string, status: number): unknown {
  if (status === 200) return undefined;
  const error = parsed(text)?.error as { message?: unknown } | undefined;
  return typeof error?.message === 'string' ? error : undefined;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Runs `count` jobs, `width` at a time. */
export async function inParallel(count: number, width: number, job: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < count; at = next++) await job(at);
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, worker));
}

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** What a campaign promised and did not keep, in words. */
export class Verdict {
  readonly failures: string[] = [];
  readonly figures: string[] = [];

  figure(name: string, value: number | string): void {
    this.figures.push(`${name}: ${typeof value === 'number' ? Math.round(value * 1000) / 1000 : value}`);
  }

  must(kept: boolean, promise: string): void {
    if (!kept) this.failures.push(promise);
  }

  result(attempted: number): { attempted: number; failed: number; report: string } {
    const shown = this.failures.slice(0, 20).map((failure) => `FAILED ${failure}`);
    return {
      attempted,
      failed: Math.min(attempted, this.failures.length),
      report: [...this.figures, ...shown].join('\n'),
    };
  }
}
