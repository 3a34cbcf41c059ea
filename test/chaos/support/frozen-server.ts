import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface FrozenServer {
  readonly port: number;
  close(): Promise<void>;
}

const BACKLOG = 1;

/** A port where connections are neither accepted nor refused: its process is stopped and its queue is full. */
export async function startFrozenServer(): Promise<FrozenServer> {
  const program = `const s = require('node:net').createServer(); s.listen({ port: 0, host: '127.0.0.1', backlog: ${BACKLOG} }, () => console.log(s.address().port));`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line.toString());
  child.kill('SIGSTOP');
  const fillers: Socket[] = [];
  // The queue holds one more than its length; those after it wait for an answer that does not come.
  for (let filler = 0; filler < BACKLOG + 3; filler++) fillers.push(connect(port, '127.0.0.1').on('error', () => {}));
  await once(fillers[0] as Socket, 'connect');
  return {
    port,
    async close() {
      for (const socket of fillers) socket.destroy();
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
