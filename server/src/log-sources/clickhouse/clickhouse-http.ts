import { WeirError } from '../../kernel/errors.ts';
import { isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import { type AskServer, assertAnswered, badReply, type ServerReply } from '../servers/ask-server.ts';
import { render, type Statement, sql } from './statement.ts';

export interface ClickHouseServer {
  /** Name of the source, for messages. */
  readonly name: string;
  /** Address of its HTTP interface. */
  readonly url: string;
  readonly database: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Seconds that a question may take. */
  readonly maxExecutionTimeS: number;
  /** Uncompressed bytes that a question may read. */
  readonly maxBytesToRead: number;
}

/** The question was more than the server may do at once; a smaller one may pass. */
export class TooMuchToRead extends Error {}

/** TOO_MANY_ROWS, TIMEOUT_EXCEEDED, MEMORY_LIMIT_EXCEEDED, TOO_MANY_BYTES, TOO_MANY_ROWS_OR_BYTES. */
const TOO_MUCH = new Set([158, 159, 241, 307, 396]);
/** READONLY: the user may change no setting, so its own profile bounds what it reads. */
const READ_ONLY_USER = 164;
const AUTHENTICATION = new Set([192, 193, 194, 516]);
const PARAMETERS_SINCE = 20;

/** Asks ClickHouse over HTTP, only to read, one question at a time. */
export class ClickHouseHttp {
  readonly #server: ClickHouseServer;
  readonly #ask: AskServer;
  /** Undefined: not asked yet. */
  #takesParameters: boolean | undefined;
  #takesSettings = true;

  constructor(server: ClickHouseServer, ask: AskServer) {
    this.#server = server;
    this.#ask = ask;
  }

  /** The rows of an answer. Throws `TooMuchToRead` and `upstream.*`. */
  async rows(statement: Statement, signal: AbortSignal): Promise<JsonObject[]> {
    this.#takesParameters ??= await this.#asksNewServer(signal);
    return this.#rows(statement, { bound: this.#takesParameters, signal });
  }

  async #asksNewServer(signal: AbortSignal): Promise<boolean> {
    const [row] = await this.#rows(sql`SELECT version() AS version`, { bound: false, signal });
    return Number.parseInt(String(row?.version), 10) >= PARAMETERS_SINCE;
  }

  async #rows(statement: Statement, of: { bound: boolean; signal: AbortSignal }): Promise<JsonObject[]> {
    const reply = await this.#send(statement, of);
    const code = exceptionOf(reply);
    if (code === READ_ONLY_USER && this.#takesSettings) {
      this.#takesSettings = false;
      return this.#rows(statement, of);
    }
    this.#assertWell(reply, code);
    const rows = reply.body.split('\n').filter((line) => line !== '');
    return rows.map((line) => {
      const row = parseJson(line);
      if (!isObject(row)) throw badReply(this.#server.name, 'broke off in the middle of an answer');
      return row;
    });
  }

  #send(statement: Statement, of: { bound: boolean; signal: AbortSignal }): Promise<ServerReply> {
    const { url, database, user, password, maxExecutionTimeS, maxBytesToRead } = this.#server;
    const { query, parameters } = render(statement, of.bound);
    const address = new URL(url);
    const limits = {
      readonly: '2',
      max_execution_time: String(maxExecutionTimeS),
      max_bytes_to_read: String(maxBytesToRead),
    };
    const settings = { database, wait_end_of_query: '1', ...parameters, ...(this.#takesSettings ? limits : {}) };
    for (const [setting, value] of Object.entries(settings)) address.searchParams.set(setting, value);
    return this.#ask({
      method: 'POST',
      url: address.href,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        ...(user === undefined ? {} : { 'x-clickhouse-user': user, 'x-clickhouse-key': password ?? '' }),
      },
      body: `${query} FORMAT JSONEachRow`,
      signal: of.signal,
    });
  }

  #assertWell(reply: ServerReply, code: number | undefined): void {
    const { name } = this.#server;
    if (code === undefined) return assertAnswered(reply, name);
    if (TOO_MUCH.has(code)) throw new TooMuchToRead();
    if (AUTHENTICATION.has(code)) return assertAnswered({ ...reply, status: 401 }, name);
    throw new WeirError('upstream.bad_reply', {
      message: `The log source "${name}" could not answer: ClickHouse's error ${code}.`,
    });
  }
}

/** The number of ClickHouse's error, which some versions write into an answer that began well. */
function exceptionOf({ status, headers, body }: ServerReply): number | undefined {
  const written =
    headers['x-clickhouse-exception-code'] ?? (status === 200 ? undefined : /^Code: (\d+)/.exec(body)?.[1]);
  return written === undefined ? undefined : Number(written);
}
