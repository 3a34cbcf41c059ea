import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { LoadClient } from '../../chaos/support/load.ts';

/** A server in a process of its own that refuses every call: what a refusal takes on this machine at this moment. */
export class BareRefuser {
  readonly client: LoadClient;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.client = new LoadClient({ url, adminKey: 'none' });
  }

  static async start(): Promise<BareRefuser> {
    const child = fork(fileURLToPath(new URL('./bare-refuser-process.ts', import.meta.url)));
    const [url] = await once(child, 'message');
    return new BareRefuser(child, url as string);
  }

  async close(): Promise<void> {
    this.client.close();
    const gone = once(this.#child, 'exit');
    this.#child.disconnect();
    await gone;
  }
}
