import { join } from 'node:path';
import { gatewayCore } from '../harness/pin.ts';
import { processTree, start, stop } from '../harness/processes.ts';
import type { Contestant } from './contestant.ts';

/** The least a Node gateway can do; every Weir ratio has this below the line. Same Node and undici as Weir. */
export const bare: Contestant = {
  name: 'bare',
  passesThrough: true,
  unavailable: () => undefined,
  async start({ upstreamPort, nodeArguments }) {
    const script = join(import.meta.dirname, 'bare-server.ts');
    const started = await start([process.execPath, ...nodeArguments, script, String(upstreamPort)], {
      name: 'bare',
      core: gatewayCore,
      ready: /bare listening on http:\/\/127\.0\.0\.1:(\d+)/,
    });
    const pids = processTree(started.pid);
    return { port: Number(started.address), pids, headers: [], notes: [], stop: () => stop(started) };
  },
};
