import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ComposedWeir, composeWeir } from '../security/composed-weir.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests read replies of every shape
type Body = any;

export interface Answer {
  readonly status: number;
  readonly body: Body;
  readonly text: string;
  readonly headers: Headers;
}

export interface Stage extends ComposedWeir {
  /** `ask('POST /api/workflows', document)`; as admin unless a key is given. A body that is text is YAML. */
  ask(line: string, body?: unknown, of?: { key?: string; headers?: Record<string, string> }): Promise<Answer>;
  /** Stores a document; gives its id. */
  store(document: object): Promise<string>;
  /** Starts a run and waits for its end, or until it waits for a person; gives it. */
  run(workflow: string, input?: unknown): Promise<Body>;
  /** A run as soon as it has this status. */
  until(id: string, status: string): Promise<Body>;
  /** Calls of the tools of the imitated GitHub so far. */
  toolCalls(): { tool: string; arguments: Record<string, string> }[];
}

const GITHUB = fileURLToPath(new URL('../../support/mcp/github-server.ts', import.meta.url));
const WAIT_LIMIT_MS = 30_000;

/** Weir in this process with a provider whose every request is seen, and with an imitation of GitHub as a process. */
export async function workflowStage(of: { stars?: number } = {}): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'workflow-stage-'));
  const count = join(directory, 'calls');
  writeFileSync(count, '');
  const github = {
    command: process.execPath,
    args: [GITHUB],
    env: { COUNT: count, STARS: String(of.stars ?? 500) },
    projects: ['*'],
  };
  const weir = await composeWeir({
    config: JSON.stringify({ mcp: { servers: { github } }, retry: { max_attempts: 1 } }),
  });
  const ask: Stage['ask'] = async (line, body, { key = weir.adminKey, headers = {} } = {}) => {
    const [method = '', path = ''] = line.split(' ');
    const type = typeof body === 'string' ? 'application/yaml' : 'application/json';
    const response = await fetch(weir.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': type }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      text,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
  return {
    ...weir,
    ask,
    async close() {
      await weir.close();
      rmSync(directory, { recursive: true });
    },
    async store(document) {
      const { status, body, text } = await ask('POST /api/workflows', document);
      if (status !== 201) throw new Error(text);
      return body.id;
    },
    async run(workflow, input = {}) {
      const { body, text } = await ask(`POST /api/workflows/${workflow}/execute?wait=30`, { input });
      if (body.status === undefined) throw new Error(text);
      return body;
    },
    async until(id, status) {
      const endsMono = performance.now() + WAIT_LIMIT_MS;
      for (;;) {
        const { body } = await ask(`GET /api/executions/${id}`);
        if (body.status === status) return body;
        if (performance.now() > endsMono) throw new Error(`not ${status}: ${JSON.stringify(body).slice(0, 500)}`);
      }
    },
    toolCalls: () =>
      readFileSync(count, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
        .map(({ t, a }) => ({ tool: t, arguments: a })),
  };
}

/** A step that asks a model. */
export function sampling(name: string, content: string, more: object = {}): object {
  const messages = [{ role: 'user', content }];
  return { name, type: 'sampling', config: { sampling: { model: 'gpt-4o-mini', messages, maxTokens: 50 } }, ...more };
}

/** A step that only remembers something. */
export function set(name: string, values: unknown, more: object = {}): object {
  return { name, type: 'set', config: { values }, ...more };
}

export function approval(name: string, config: object): object {
  return { name, type: 'approval', config };
}
