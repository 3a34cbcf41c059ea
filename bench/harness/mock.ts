import { toolsCore } from './pin.ts';
import { type Started, start } from './processes.ts';
import type { Tools } from './tools.ts';

export const streamChunks = 100;

export type Mock = { port: number; process: Started };

export type MockOptions = { /** Between two chunks of a stream. */ gapUs: number; chunks?: number };

/** Starts the mock upstream on a free port, on the core of the tools. */
export async function startMock(tools: Tools, { gapUs, chunks = streamChunks }: MockOptions): Promise<Mock> {
  const process = await start([...tools.mock, '--chunks', String(chunks), '--gap-us', String(gapUs)], {
    name: 'mock',
    core: toolsCore,
    ready: /mock listening on http:\/\/127\.0\.0\.1:(\d+)/,
  });
  return { port: Number(process.address), process };
}
