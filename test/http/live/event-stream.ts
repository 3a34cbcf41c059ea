export interface StreamEvent {
  readonly id: string;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape.
  readonly data: any;
  /** `performance.now()` of its arrival. */
  readonly atMono: number;
}

/** A reader of server-sent events. */
export class EventStream {
  readonly events: StreamEvent[] = [];
  readonly status: number;
  isOver = false;
  readonly #abort: AbortController;
  #watchers: (() => void)[] = [];

  private constructor(status: number, abort: AbortController) {
    this.status = status;
    this.#abort = abort;
  }

  static async open(url: string, headers: Readonly<Record<string, string>>): Promise<EventStream> {
    const abort = new AbortController();
    const response = await fetch(url, { headers: { connection: 'close', ...headers }, signal: abort.signal });
    const stream = new EventStream(response.status, abort);
    void stream.#read(response.body as ReadableStream<Uint8Array>);
    return stream;
  }

  named(name: string): StreamEvent[] {
    return this.events.filter((event) => event.name === name);
  }

  /** Resolves once the condition holds; looks at it with each event, and at the end. */
  async until(holds: (stream: this) => boolean): Promise<void> {
    while (!holds(this)) {
      if (this.isOver) throw new Error(`the stream is over: ${JSON.stringify(this.events)}`);
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  async ended(): Promise<void> {
    while (!this.isOver) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    try {
      const decoder = new TextDecoder();
      for await (const bytes of body) {
        text += decoder.decode(bytes, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.#take(block);
        this.#wake();
      }
    } catch {
      // Broken off; who waits learns that it is over.
    }
    this.isOver = true;
    this.#wake();
  }

  #take(block: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
    if (field('event') === '') return;
    const data = JSON.parse(field('data'));
    this.events.push({ id: field('id'), name: field('event'), data, atMono: performance.now() });
  }

  #wake(): void {
    for (const resolve of this.#watchers.splice(0)) resolve();
  }
}
