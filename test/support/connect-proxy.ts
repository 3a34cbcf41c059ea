import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ConnectProxy {
  readonly url: string;
  /** `host:port` of every way that was asked for, with who asked. */
  readonly asked: { readonly place: string; readonly authorization: string | undefined }[];
  /** Where a place really is; absent: there. */
  readonly places: Map<string, number>;
  /** Answers this instead of opening the way. */
  refusing: number | undefined;
  /** Says nothing at all. */
  silent: boolean;
  close(): void;
}

/** A forward proxy as companies have them: opens ways by CONNECT and sees nothing of what goes through. */
export async function startConnectProxy(): Promise<ConnectProxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connection', keep);
  server.on('connect', (request, client: Socket) => {
    const place = request.url ?? '';
    proxy.asked.push({ place, authorization: request.headers['proxy-authorization'] });
    if (proxy.silent) return;
    if (proxy.refusing !== undefined) return void client.end(`HTTP/1.1 ${proxy.refusing} No\r\n\r\n`);
    const port = proxy.places.get(place) ?? Number(place.split(':').at(-1));
    const target = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    keep(target);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: ConnectProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    places: new Map(),
    refusing: undefined,
    silent: false,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
  return proxy;
}
