import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { buildConnector } from 'undici';

export interface TunnelOptions {
  readonly proxy: URL;
  /** Time to reach the proxy and have it open the way, and again for TLS with the far end. */
  readonly timeoutMs: number;
  /** Checks the far end's name here, so that the proxy is given the very address that was checked; absent: the name goes. */
  readonly lookup?: LookupFunction;
  /** TLS with the far end. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** Connections through a proxy: it is asked for a way to the far end (CONNECT), and TLS is spoken with the far end alone. */
export function tunnel(options: TunnelOptions): buildConnector.connector {
  const secure = buildConnector({ ...options.tls, timeout: options.timeoutMs });
  return (target, callback) => {
    const fail = (error: Error) => callback(error, null);
    farEnd(target, options.lookup)
      .then((place) => openWay(place, options))
      .then((socket) => {
        if (target.protocol === 'https:') secure({ ...target, httpSocket: socket }, callback);
        else callback(null, socket);
      })
      .catch(fail);
  };
}

/** `host:port` as the proxy is told. */
function farEnd(target: buildConnector.Options, lookup: LookupFunction | undefined): Promise<string> {
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const port = target.port === '' ? (target.protocol === 'https:' ? '443' : '80') : target.port;
  if (lookup === undefined || isIP(host) !== 0) return Promise.resolve(`${bracketed(host)}:${port}`);
  return new Promise((resolve, reject) => {
    lookup(host, {}, (error, address) => {
      if (error !== null || typeof address !== 'string') reject(error ?? new Error('no address'));
      else resolve(`${bracketed(address)}:${port}`);
    });
  });
}

function openWay(place: string, { proxy, timeoutMs }: TunnelOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const isTls = proxy.protocol === 'https:';
    const request = (isTls ? requestHttps : requestHttp)({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (isTls ? 443 : 80),
      method: 'CONNECT',
      path: place,
      agent: false,
      timeout: timeoutMs,
      headers: { host: place, ...credentialsOf(proxy) },
    });
    request.once('connect', ({ statusCode }, socket, head) => {
      socket.setTimeout(0);
      if (statusCode !== 200) {
        socket.destroy();
        return reject(refused('EPROXY', `The proxy answered ${statusCode} to CONNECT`));
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket as Socket);
    });
    request.once('response', (response) => {
      response.destroy();
      reject(refused('EPROXY', `The proxy answered ${response.statusCode} to CONNECT`));
    });
    request.once('timeout', () => request.destroy(refused('UND_ERR_CONNECT_TIMEOUT', 'The proxy did not answer')));
    request.once('error', reject);
    request.end();
  });
}

function refused(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function credentialsOf(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}
