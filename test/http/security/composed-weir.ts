import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, composeApp } from '../../../server/src/compose/app.ts';
import { loadConfig } from '../../../server/src/config/load-config.ts';
import { createLogger } from '../../../server/src/telemetry/logger.ts';
import { TEST_ADMIN_KEY } from '../../support/weir.ts';
import { RawUpstream } from '../clients/raw-upstream.ts';

export const UPSTREAM_SECRETS = {
  openai: 'sk-canary-openai-0123456789abcdef',
  anthropic: 'sk-ant-canary-0123456789abcdef',
};

export interface LogLine {
  readonly [field: string]: unknown;
}

/** Weir in this process, with a provider behind it whose every request is seen. */
export interface ComposedWeir {
  readonly app: App;
  readonly url: string;
  readonly adminKey: string;
  readonly dataDir: string;
  readonly upstream: RawUpstream;
  /** What it logged so far, as text. */
  logged(): string;
  /** The log line of a request, once it is written. */
  logLine(requestId: string): Promise<LogLine>;
  key(body: Readonly<Record<string, unknown>>): Promise<{ id: string; key: string }>;
  close(): Promise<void>;
}

export async function composeWeir(
  of: { config?: string; environment?: Readonly<Record<string, string>> } = {},
): Promise<ComposedWeir> {
  const upstream = new RawUpstream();
  const origin = await upstream.listen();
  upstream.answer = answerAnyWire;
  const environment = {
    WEIR_ADMIN_KEY: TEST_ADMIN_KEY,
    OPENAI_API_KEY: UPSTREAM_SECRETS.openai,
    OPENAI_BASE_URL: `${origin}/v1`,
    ANTHROPIC_API_KEY: UPSTREAM_SECRETS.anthropic,
    ANTHROPIC_BASE_URL: origin,
    ...of.environment,
  };
  const dataDir = mkdtempSync(join(tmpdir(), 'weir-data-'));
  const log = new LogSink();
  const loaded = loadConfig({
    file: of.config === undefined ? undefined : { name: 'test.yaml', text: of.config },
    environment,
    flags: { 'server.port': 0 },
  });
  const app = await composeApp({
    loaded,
    environment,
    dataDir,
    log: { logger: createLogger({ level: 'info', destination: log }), destination: log, level: 'info' },
  });
  const url = (await app.listen()).replace(/\/$/, '');
  return {
    app,
    url,
    adminKey: TEST_ADMIN_KEY,
    dataDir,
    upstream,
    logged: () => log.text,
    logLine: (requestId) => log.line(requestId),
    async key(body) {
      const response = await fetch(`${url}/api/v1/keys`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TEST_ADMIN_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'test', ...body }),
      });
      if (response.status !== 201) throw new Error(`no key: ${response.status} ${await response.text()}`);
      return (await response.json()) as { id: string; key: string };
    },
    async close() {
      await app.close();
      await upstream.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A whole reply in the wire that was asked. */
const answerAnyWire: RawUpstream['answer'] = ({ path }, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(REPLIES.find(([start]) => path.startsWith(start))?.[1] ?? CHAT));
};

const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-3-5-haiku-20241022',
  content: [{ type: 'text', text: 'fine' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 1 },
};
const CHAT = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-mini',
  choices: [{ index: 0, message: { role: 'assistant', content: 'fine' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
};
const VECTOR = {
  object: 'list',
  model: 'text-embedding-3-small',
  data: [{ object: 'embedding', index: 0, embedding: [0.5, 0.25] }],
  usage: { prompt_tokens: 3, total_tokens: 3 },
};

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status: 'completed',
  model: 'gpt-4o-mini',
  output: [
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'fine', annotations: [] }],
    },
  ],
  usage: { input_tokens: 3, output_tokens: 1, total_tokens: 4 },
};
const REPLIES: readonly [string, object][] = [
  ['/v1/messages/count_tokens', { input_tokens: 3 }],
  ['/v1/messages', MESSAGE],
  ['/v1/responses/input_tokens', { object: 'response.input_tokens', input_tokens: 3 }],
  ['/v1/responses', RESPONSE],
  ['/v1/embeddings', VECTOR],
];

/** Takes every line at once, and tells who waits for one. */
class LogSink {
  text = '';
  #watchers: (() => void)[] = [];

  write(text: string): boolean {
    this.text += text;
    for (const watcher of [...this.#watchers]) watcher();
    return true;
  }

  on(): void {}

  line(requestId: string): Promise<LogLine> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.text.split('\n').find((line) => line.includes(`"request_id":"${requestId}"`));
        if (found === undefined) return;
        this.#watchers = this.#watchers.filter((watcher) => watcher !== look);
        resolve(JSON.parse(found));
      };
      this.#watchers.push(look);
      look();
    });
  }
}
