import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import type { UsageRecord } from '../../../server/src/kernel/usage-record.ts';
import type { RunningWeir } from '../../support/weir.ts';

export function openaiClient(weir: RunningWeir, apiKey: string = weir.adminKey): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${weir.url}/v1`, maxRetries: 0 });
}

/** A key of a new project of its own. */
export async function keyOfNewProject(weir: RunningWeir, name: string): Promise<string> {
  const project = await weir.api('POST /api/v1/projects', { name });
  return weir.key({ project_id: project.json.id });
}

/** The ledger's record of a call, by what the client knows of it. */
export async function recordOf(weir: RunningWeir, requestId: string | null | undefined): Promise<UsageRecord> {
  const records = await weir.api('GET /api/v1/usage/records?limit=200');
  const found = (records.json.data as UsageRecord[]).find((record) => record.request_id === requestId);
  if (found === undefined) throw new Error(`no record of ${requestId}`);
  return found;
}

/** The newest record of the ledger. */
export async function lastRecord(weir: RunningWeir): Promise<UsageRecord> {
  const records = await weir.api('GET /api/v1/usage/records?limit=1');
  return records.json.data[0];
}

export interface Upstream {
  readonly url: string;
  /** Configuration that makes it the provider `own`. */
  readonly config: string;
  close(): Promise<void>;
}

/** A provider whose every byte the test decides. */
export async function startUpstream(
  answer: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void,
): Promise<Upstream> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => answer(request, response, Buffer.concat(pieces)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    config: `
providers: { own: { type: openai-compatible, base_url: ${url}/v1, api_key: none } }
retry: { max_attempts: 0 }
`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
