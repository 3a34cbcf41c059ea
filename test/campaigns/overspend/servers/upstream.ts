import type { ServerResponse } from 'node:http';
import { completion } from '../../../chaos/support/gateway-fixture.ts';
import { RawUpstream } from '../../../http/clients/raw-upstream.ts';

/** Who calls, as the prompt says it: a provider sees nothing else of them. */
export interface Caller {
  readonly history: string;
  readonly user: string;
  readonly key: string;
  /** The client may leave at any time, so nobody can say when its call ended. */
  readonly leaves: boolean;
}

export function promptOf({ history, user, key, leaves }: Caller, filling: string): string {
  return `${history} ${user} ${key} ${leaves ? 'leaves' : 'stays'} ${filling}`;
}

/** A provider that is late, sometimes fails, never uses more than it was allowed to, and counts who is with it at once. */
export class ServedUpstream {
  readonly #random: () => number;
  readonly #server = new RawUpstream();
  readonly #running = new Map<string, number>();
  readonly #peaks = new Map<string, number>();

  private constructor(random: () => number) {
    this.#random = random;
    this.#server.answer = ({ body }, response) => this.#answer(body, response);
  }

  /** Gives it with its address. */
  static async start(random: () => number): Promise<{ upstream: ServedUpstream; url: string }> {
    const upstream = new ServedUpstream(random);
    return { upstream, url: await upstream.#server.listen() };
  }

  /** Most calls of a user or a key that were here at once. */
  peak(history: string, whose: string): number {
    return this.#peaks.get(`${history} ${whose}`) ?? 0;
  }

  async close(): Promise<void> {
    await this.#server.close();
  }

  #answer(body: Buffer, response: ServerResponse): void {
    const request = JSON.parse(body.toString()) as Asked;
    const [history = '', user = '', key = '', stay] = String(request.messages[0]?.content).split(' ', 4);
    const names = stay === 'stays' ? [`${history} ${user}`, `${history} ${key}`] : [];
    for (const name of names) this.#count(name, 1);
    const kind = this.#random();
    setTimeout(() => {
      // Before the answer leaves: whoever gets it may have the place again.
      for (const name of names) this.#count(name, -1);
      if (kind < 0.12) send(response, 503, { error: { message: 'busy' } });
      else if (kind < 0.16) send(response, 400, { error: { message: 'no' } });
      else if (kind < 0.2) response.destroy();
      else if (kind < 0.25) send(response, 200, completion('words without a count', null));
      else send(response, 200, completion('forty two', this.#usage(request, body.length)));
    }, this.#random() * 8);
  }

  #usage({ max_tokens = 50, n = 1 }: Asked, bytes: number) {
    const prompt_tokens = Math.ceil(bytes * this.#random());
    const completion_tokens = Math.ceil(max_tokens * n * this.#random());
    return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
  }

  #count(name: string, by: number): void {
    const running = (this.#running.get(name) ?? 0) + by;
    this.#running.set(name, running);
    if (running > (this.#peaks.get(name) ?? 0)) this.#peaks.set(name, running);
  }
}

interface Asked {
  readonly messages: readonly { readonly content: string }[];
  readonly max_tokens?: number;
  readonly n?: number;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
