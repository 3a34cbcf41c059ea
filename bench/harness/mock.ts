import { toolsCore } from './pin.ts';
import { type Started, start } from './processes.ts';
import type { Tools } from './tools.ts';

export const streamChunks = 100;

export type Mock = { port: number; process: Started };

/** Starts the mock upstream; `gapUs` is the time between two chunks of a stream. */
export async function startMock(tools: Tools, gapUs: number): Promise<Mock> {
  const process = await start([...tools.mock, '--chunks', String(streamChunks), '--gap-us', String(gapUs)], {
    name: 'mock',
    core: toolsCore,
    ready: /mock listening on http:\/\/127\.0\.0\.1:(\d+)/,
  });
  return { port: Number(process.address), process };
}
