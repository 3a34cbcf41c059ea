import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A client on a bare socket, for leaving at the moment of the test's choice. */
export class RawClient {
  readonly #socket: Socket;
  text = '';
  #watchers: (() => void)[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => {
      this.text += bytes.toString('utf8');
      for (const watcher of [...this.#watchers]) watcher();
    });
    socket.on('error', () => {});
  }

  static async connect(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  send(path: string, request: { headers: Readonly<Record<string, string>>; body: string }): void {
    const headers = {
      host: 'localhost',
      'content-length': String(Buffer.byteLength(request.body)),
      ...request.headers,
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${request.body}`);
  }

  /** Resolves when what came so far satisfies the condition. */
  until(condition: (text: string) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition(this.text)) return;
        this.#watchers = this.#watchers.filter((watcher) => watcher !== look);
        resolve();
      };
      this.#watchers.push(look);
      look();
    });
  }

  /** Resolves when the other side closed. */
  async closed(): Promise<void> {
    if (!this.#socket.closed) await once(this.#socket, 'close');
  }

  /** Stops reading: what arrives stays in the kernel. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  leave(): void {
    this.#socket.destroy();
  }
}
