import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { benchRoot } from '../harness/paths.ts';
import { gatewayCore } from '../harness/pin.ts';
import { accepting, freePort, processTree, start, stop } from '../harness/processes.ts';
import type { Contestant } from './contestant.ts';

const folder = join(benchRoot, 'peers', 'node_modules', '@portkey-ai', 'gateway');

/** Portkey's open-source gateway, exactly pinned, on the same Node; it re-serialises replies, so bytes may differ. */
export const portkey: Contestant = {
  name: 'portkey',
  passesThrough: false,
  unavailable: () => (existsSync(folder) ? undefined : 'not installed: npx node bench/peers/install.ts brings it'),
  async start({ upstreamPort, nodeArguments }) {
    const port = await freePort();
    const script = join('build', 'start-server.js');
    const started = await start([process.execPath, ...nodeArguments, script, '--headless', `--port=${port}`], {
      name: 'portkey',
      core: gatewayCore,
      cwd: folder,
      env: { ENVIRONMENT: 'local', TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' },
    });
    await accepting(port, 'portkey');
    const headers = [
      'authorization: Bearer sk-upstream',
      'x-portkey-provider: openai',
      `x-portkey-custom-host: http://127.0.0.1:${upstreamPort}/v1`,
    ];
    return { port, pids: processTree(started.pid), headers, notes: [], stop: () => stop(started) };
  },
};
