import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildFolder } from '../harness/paths.ts';
import { gatewayCore } from '../harness/pin.ts';
import { accepting, freePort, processTree, start, stop } from '../harness/processes.ts';
import type { Contestant } from './contestant.ts';

/** One nginx worker that passes everything through without buffering and without an access log. */
export const nginx: Contestant = {
  name: 'nginx',
  passesThrough: true,
  unavailable: () => (findNginx() ? undefined : 'nginx is not installed'),
  async start({ upstreamPort }) {
    const port = await freePort();
    const folder = buildFolder('nginx');
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary, { recursive: true });
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, configuration({ port, upstreamPort, folder, temporary }));
    const program = findNginx() ?? 'nginx';
    const process_ = await start([program, '-p', folder, '-c', file, '-e', join(folder, 'error.log')], {
      name: 'nginx',
      core: gatewayCore,
    });
    await accepting(port, 'nginx');
    const pids = await masterAndWorker(process_.pid);
    return { port, pids, headers: [], notes: [], stop: () => stop(process_) };
  },
};

/** The master listens before its worker exists, and it is the worker that works. */
async function masterAndWorker(master: number): Promise<number[]> {
  for (let tries = 0; tries < 100; tries++) {
    const pids = processTree(master);
    if (pids.length >= 2) return pids;
    await sleep(20);
  }
  throw new Error('nginx started no worker; see .bench/logs/nginx.log');
}

function findNginx(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, 'nginx')).find((file) => existsSync(file));
}

type Places = { port: number; upstreamPort: number; folder: string; temporary: string };

function configuration({ port, upstreamPort, folder, temporary }: Places): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log warn;
events { worker_connections 16384; }
http {
  access_log off; tcp_nodelay on; keepalive_requests 100000000; client_body_buffer_size 128k;
  ${kinds.map((kind) => `${kind}_temp_path ${temporary}/${kind};`).join(' ')}
  upstream mock { server 127.0.0.1:${upstreamPort}; keepalive 1024; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://mock; proxy_http_version 1.1; proxy_buffering off;
      proxy_set_header Connection ""; proxy_set_header Authorization "Bearer sk-upstream";
    }
  }
}
`;
}
