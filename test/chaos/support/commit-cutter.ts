import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The simple query that ends a transaction, as PostgreSQL's protocol carries it. */
const COMMIT = /Q[\s\S]{4}commit\0/i;

export interface CommitCutter {
  readonly port: number;
  /** Commits that reached the server and whose answer was cut off. */
  readonly cut: number;
  /** So many of the next commits lose their answer. */
  cutNext(commits: number): void;
  close(): Promise<void>;
}

/** A way to PostgreSQL that breaks after a commit has arrived and before its answer has: nobody knows whether it was made. */
export async function startCommitCutter(serverPort: number): Promise<CommitCutter> {
  const sockets = new Set<Socket>();
  let wanted = 0;
  let cut = 0;
  const server = createServer((client) => {
    const database = connect(serverPort, '127.0.0.1');
    let isCutting = false;
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    client.on('data', (bytes) => {
      if (wanted > 0 && COMMIT.test(bytes.toString('latin1'))) {
        wanted--;
        isCutting = true;
      }
      database.write(bytes);
    });
    database.on('data', (bytes) => {
      if (!isCutting) client.write(bytes);
      else {
        cut++;
        client.destroy();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get cut() {
      return cut;
    },
    cutNext(commits) {
      wanted = commits;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
