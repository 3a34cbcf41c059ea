import { asObject, asString, type JsonObject, parseJson } from '../../../server/src/kernel/json.ts';
import { modelNames, readTurnStream, type TurnStream } from './read-turn-stream.ts';
import { replayItem } from './replay-item.ts';
import {
  CODEX_RETRIES,
  CODEX_SCRIPT,
  type CodexScript,
  codexHeaders,
  codexRequest,
  codexTurnHeaders,
  MODELS_QUERY,
  message,
  OPENING_ITEMS,
} from './session.ts';

/** One answer to one request, retries included. */
export interface Attempt {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

/** One request of the agent loop with all tries it took. */
export interface Exchange {
  readonly request: JsonObject;
  readonly attempts: readonly Attempt[];
  /** What the last attempt streamed; undefined when it was no stream. */
  readonly stream: TurnStream | undefined;
}

export interface Turn {
  readonly userMessage: string;
  /** One per round of tools, the last without calls. */
  readonly exchanges: readonly Exchange[];
  readonly outcome: 'answered' | 'rate-limited' | 'failed';
  /** The last answer's text. */
  readonly text: string;
}

export interface Transcript {
  readonly models: { readonly status: number; readonly names: readonly string[] };
  readonly turns: readonly Turn[];
}

/** A model that never stops calling tools must not keep the session going. */
const MAX_ROUNDS = 8;

/** Plays a whole Codex session. `baseUrl` is what a user writes into Codex's configuration: with `/v1`, without a slash at the end. */
export async function runCodexSession(baseUrl: string, key: string, script = CODEX_SCRIPT): Promise<Transcript> {
  const models = await fetch(`${baseUrl}/models?${MODELS_QUERY}`, { headers: codexHeaders(key) });
  const names = modelNames(asObject(parseJson(await models.text())) ?? {});
  const input: JsonObject[] = [...OPENING_ITEMS];
  const turns: Turn[] = [];
  for (const userMessage of script.userMessages) {
    input.push(message('user', userMessage));
    const run = () => runTurn({ baseUrl, key, script, input }, userMessage);
    let turn = await run();
    turns.push(turn);
    // Codex gives a rate limit back to the person, who sends the message again.
    if (turn.outcome === 'rate-limited') {
      turn = await run();
      turns.push(turn);
    }
    if (turn.outcome !== 'answered') break;
  }
  return { models: { status: models.status, names }, turns };
}

interface Session {
  readonly baseUrl: string;
  readonly key: string;
  readonly script: CodexScript;
  /** The whole talk so far; grows with every answer. */
  readonly input: JsonObject[];
}

async function runTurn(session: Session, userMessage: string): Promise<Turn> {
  const exchanges: Exchange[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const exchange = await runExchange(session);
    exchanges.push(exchange);
    const { stream } = exchange;
    if (stream?.completed === undefined) {
      const outcome = exchange.attempts.at(-1)?.status === 429 ? 'rate-limited' : 'failed';
      return { userMessage, exchanges, outcome, text: stream?.text ?? '' };
    }
    session.input.push(...stream.items.map(replayItem));
    const outputs = stream.items.flatMap((item) => outputOf(item, session.script));
    if (outputs.length === 0) return { userMessage, exchanges, outcome: 'answered', text: stream.text };
    session.input.push(...outputs);
  }
  return { userMessage, exchanges, outcome: 'failed', text: '' };
}

async function runExchange({ baseUrl, key, script, input }: Session): Promise<Exchange> {
  const request = codexRequest(script.model, input);
  const attempts: Attempt[] = [];
  let failedRequests = 0;
  let brokenStreams = 0;
  for (;;) {
    const attempt = await post(`${baseUrl}/responses`, key, request);
    attempts.push(attempt);
    if (attempt.status >= 500) {
      failedRequests += 1;
      if (failedRequests > CODEX_RETRIES.request) return { request, attempts, stream: undefined };
      continue;
    }
    if (attempt.status !== 200) return { request, attempts, stream: undefined };
    const stream = readTurnStream(attempt.body);
    brokenStreams += 1;
    if (stream.completed !== undefined || brokenStreams > CODEX_RETRIES.stream) return { request, attempts, stream };
  }
}

async function post(url: string, key: string, request: JsonObject): Promise<Attempt> {
  const response = await fetch(url, { method: 'POST', headers: codexTurnHeaders(key), body: JSON.stringify(request) });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

function outputOf(item: JsonObject, script: CodexScript): JsonObject[] {
  if (item.type !== 'function_call' && item.type !== 'custom_tool_call') return [];
  const name = asString(item.name) ?? '';
  const output = script.toolOutputs[name] ?? `unsupported call: ${name}`;
  return [{ type: `${item.type}_output`, call_id: item.call_id, output }];
}
