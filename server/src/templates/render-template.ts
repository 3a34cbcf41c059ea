import { WeirError } from '../kernel/errors.ts';
import { FairQueue } from '../kernel/fair-queue.ts';
import type { Clock } from '../ports/clock.ts';
import { TEMPLATE_LIMITS, type Template } from './compile-template.ts';
import type { TemplateData } from './evaluate/scope.ts';
import { badValue, Refusal, toTemplateError, translated } from './refusal.ts';
import type { RenderJob } from './thread/render-job.ts';
import { TemplateThread, type ThreadOutcome } from './thread/template-thread.ts';
import { ownValue } from './values/from-json.ts';
import type { TemplateLimits } from './values/run.ts';

export interface TemplateRendererOptions {
  readonly clock: Clock;
  /** Threads for templates with loops, started when they are needed. */
  readonly threads: number;
  /** A rendering that uses more processor time on its thread ends with it, in milliseconds. */
  readonly deadlineMs: number;
  /** Renderings of one project that may wait; more are told that the server is overloaded. */
  readonly maxWaiting: number;
}

/** A template without loops is rendered at once, up to about a millisecond; what needs more goes to a thread. */
const AT_ONCE: TemplateLimits = { fuel: 5000, outputCharacters: 200_000, memoryCharacters: 200_000, depth: 10 };
const MOST_NAMES = 200;

interface Waiting {
  readonly projectId: string;
  readonly job: RenderJob;
  readonly resolve: (outcome: ThreadOutcome) => void;
  readonly reject: (thrown: unknown) => void;
}

/**
 * Renders templates so that none holds up the event loop: those without loops at once, the others in a few threads with a
 * deadline. The project that used the threads least comes next.
 */
export class TemplateRenderer {
  readonly #options: TemplateRendererOptions;
  readonly #threads: readonly TemplateThread[];
  readonly #queue = new FairQueue<Waiting>();

  constructor(options: TemplateRendererOptions) {
    this.#options = options;
    this.#threads = Array.from(
      { length: options.threads },
      () => new TemplateThread(options.clock, options.deadlineMs),
    );
  }

  /** The text, or a promise of it. Throws or rejects like `Template.render`. */
  render(template: Template, data: TemplateData, projectId: string): string | Promise<string> {
    if (!template.hasLoops) {
      try {
        return template.render(data, AT_ONCE);
      } catch (thrown) {
        if (!isLimit(thrown)) throw thrown;
      }
    }
    return this.#renderInThread(template, data, projectId);
  }

  async close(): Promise<void> {
    for (const waiting of this.#queue.clear()) waiting.resolve({ kind: 'failed' });
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  async #renderInThread(...[template, data, projectId]: [Template, TemplateData, string]): Promise<string> {
    if (this.#queue.waiting(projectId) >= this.#options.maxWaiting) throw new WeirError('server.overloaded');
    const { source, options } = template;
    const job: RenderJob = {
      source,
      options,
      data: translated(() => dataRead(template, data)),
      limits: TEMPLATE_LIMITS,
    };
    const outcome = await new Promise<ThreadOutcome>((resolve, reject) => {
      this.#queue.push({ owner: projectId, size: 1, item: { projectId, job, resolve, reject } });
      this.#next();
    });
    return textOf(outcome, this.#options.deadlineMs);
  }

  #next(): void {
    const thread = this.#threads.find(({ isBusy }) => !isBusy);
    const waiting = thread === undefined ? undefined : this.#queue.shift();
    if (thread === undefined || waiting === undefined) return;
    const startedMono = this.#options.clock.monotonic();
    thread
      .run(waiting.job)
      .then(waiting.resolve, () => waiting.reject(toTemplateError(NOT_JSON)))
      .finally(() => {
        this.#queue.spend(waiting.projectId, this.#options.clock.monotonic() - startedMono);
        this.#next();
      });
  }
}

const NOT_JSON = badValue('variables are JSON; one of these is not');

/** What the template reads; the other names go along without their values, for "did you mean". */
function dataRead(template: Template, data: TemplateData): TemplateData {
  const read: Record<string, unknown> = {};
  for (const name of Object.keys(data).slice(0, MOST_NAMES)) put(read, name, null);
  for (const { name } of template.variables) {
    const own = ownValue(data, name);
    if (own !== undefined) put(read, name, own);
  }
  return read;
}

/** Also for names that mean something to JavaScript. */
function put(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

function isLimit(thrown: unknown): boolean {
  return thrown instanceof WeirError && thrown.details.template === 'limit';
}

function textOf(outcome: ThreadOutcome, deadlineMs: number): string {
  switch (outcome.kind) {
    case 'text':
      return outcome.text;
    case 'refused':
      throw new WeirError('request.invalid', { message: outcome.message, details: outcome.details });
    case 'too-slow':
      throw toTemplateError(
        new Refusal('limit', `it takes longer than ${deadlineMs} ms to render; make its loops shorter`),
      );
    case 'too-large':
      throw toTemplateError(new Refusal('limit', 'it needs too much memory to render; make its loops shorter'));
    case 'failed':
      throw new WeirError('server.draining');
  }
}
