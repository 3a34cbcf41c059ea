import type { Transport } from '@modelcontextprotocol/client';
import type { HttpClient } from '../../ports/http-client.ts';
import type { AddressSettings, ProcessSettings, ToolServerSettings } from '../settings.ts';
import { fetchOver } from './fetch-over.ts';
import { endWithWeir } from './live-processes.ts';

/** Room for a listing of tools, which may be larger than one result. */
const LEAST_MESSAGE_BYTES = 16 * 1024 * 1024;

export interface TransportServices {
  readonly http: HttpClient;
  /** A process wrote to its standard error: what it wrote stays unseen, its size is told. */
  readonly noise: (bytes: number) => void;
}

/** A way to the server that is not open yet; the libraries are loaded now. */
export async function openTransport(settings: ToolServerSettings, services: TransportServices): Promise<Transport> {
  const { reach } = settings;
  const maxBytes = Math.max(LEAST_MESSAGE_BYTES, settings.maxResultBytes * 2);
  return reach.kind === 'stdio' ? overProcess(reach, maxBytes, services) : overHttp(reach, maxBytes, services);
}

async function overProcess(reach: ProcessSettings, maxBytes: number, services: TransportServices): Promise<Transport> {
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  const transport = new StdioClientTransport({
    command: reach.command,
    args: [...reach.args],
    env: { ...reach.environment() },
    stderr: 'pipe',
    maxBufferSize: maxBytes,
    ...(reach.directory === undefined ? {} : { cwd: reach.directory }),
  });
  transport.stderr?.on('data', (chunk: Buffer) => services.noise(chunk.length));
  const start = transport.start.bind(transport);
  transport.start = async () => {
    await start();
    const { pid } = transport;
    if (pid === null) return;
    const forget = endWithWeir(pid);
    const { onclose } = transport;
    transport.onclose = () => {
      forget();
      onclose?.();
    };
  };
  return transport;
}

async function overHttp(reach: AddressSettings, maxBytes: number, services: TransportServices): Promise<Transport> {
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  return new StreamableHTTPClientTransport(new URL(reach.url), {
    fetch: fetchOver(services.http, maxBytes),
    requestInit: { headers: reach.headers },
    reconnectionOptions: {
      maxRetries: 2,
      initialReconnectionDelay: 1000,
      maxReconnectionDelay: 10_000,
      reconnectionDelayGrowFactor: 2,
    },
  });
}
