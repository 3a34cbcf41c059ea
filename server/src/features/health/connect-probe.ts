import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../ports/clock.ts';
import type { Probe } from './provider-health.ts';

const GIVE_UP_MS = 5000;

/** Opens a connection (with TLS where the address says so) and closes it: nothing is asked, so nothing is paid. */
export function connectProbe(clock: Clock): Probe {
  return (baseUrl) =>
    new Promise((resolve, reject) => {
      const url = new URL(baseUrl);
      const host = url.hostname.replace(/^\[|\]$/g, '');
      const isTls = url.protocol === 'https:';
      const port = Number(url.port) || (isTls ? 443 : 80);
      const startedMono = clock.monotonic();
      const done = () => {
        cancel();
        socket.destroy();
        resolve(clock.monotonic() - startedMono);
      };
      const socket = isTls
        ? connectTls({ host, port, servername: host }, done)
        : connectTcp({ host, port, autoSelectFamily: true }, done);
      const cancel = clock.after(GIVE_UP_MS, () => socket.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
      socket.on('error', (error) => {
        cancel();
        reject(error);
      });
    });
}
