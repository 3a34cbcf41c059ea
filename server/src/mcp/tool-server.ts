import { WeirError } from '../kernel/errors.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import type { Clock } from '../ports/clock.ts';
import type { Tool, ToolCall, ToolResult } from '../ports/tool-servers.ts';
import type { CallerTurns } from './asking/caller-turns.ts';
import type { Asking, Connection } from './connecting/connection.ts';
import { readListing } from './listing.ts';
import { boundedText } from './results/bounded-text.ts';
import { flattenPrompt } from './results/flatten-prompt.ts';
import { readContents } from './results/read-contents.ts';
import { textsOf, unwrapResult } from './results/unwrap-result.ts';
import { assertWithinBounds } from './results/within-bounds.ts';
import type { ToolServerSettings } from './settings.ts';
import type { ToolPins, Verdict } from './trust/tool-pins.ts';

/** A list is asked for again when it is older, also when the server says nothing of a change. */
const LIST_AGE_MS = 60_000;

interface Judged {
  readonly tool: Tool;
  readonly verdict: Verdict;
}

interface Judgement {
  readonly tools: ReadonlyMap<string, Judged>;
  readonly refused: number;
  /** Monotonic. */
  readonly at: number;
  /** Which connection it was read from, and how many changes the server had told of by then. */
  readonly generation: number;
  readonly changes: number;
}

/** What a server offers, for people. */
export interface ToolCounts {
  readonly callable: number;
  /** Changed since they were trusted. */
  readonly quarantined: readonly string[];
  /** Never offered: names or definitions that nobody should see. */
  readonly refused: number;
}

/** One server: what of it may be called, and the answers in Weir's form. */
export class ToolServer {
  readonly settings: ToolServerSettings;
  readonly connection: Connection;
  readonly #pins: ToolPins;
  readonly #clock: Clock;
  readonly #turns: CallerTurns;
  #judging: Promise<Judgement> | undefined;
  #judgement: Judgement | undefined;
  #changes = 0;

  constructor(of: {
    settings: ToolServerSettings;
    connection: Connection;
    pins: ToolPins;
    clock: Clock;
    turns: CallerTurns;
  }) {
    this.settings = of.settings;
    this.connection = of.connection;
    this.#pins = of.pins;
    this.#clock = of.clock;
    this.#turns = of.turns;
  }

  /** The server says that its tools changed: the list is asked for again at the next question. */
  toolsChanged(): void {
    this.#changes++;
  }

  /** Undefined: nobody asked yet. */
  get counts(): ToolCounts | undefined {
    if (this.#judgement === undefined) return undefined;
    const all = [...this.#judgement.tools.values()];
    const quarantined = all.filter(({ verdict }) => !verdict.trusted).map(({ tool }) => tool.name);
    return { callable: all.length - quarantined.length, quarantined, refused: this.#judgement.refused };
  }

  async tools(asking: Asking): Promise<readonly Tool[]> {
    const { tools } = await this.#judged(asking);
    return [...tools.values()].filter(({ verdict }) => verdict.trusted).map(({ tool }) => tool);
  }

  async callTool(call: ToolCall): Promise<ToolResult> {
    const tool = await this.#callable(call);
    const { sampling, elicitation, timeoutMs } = this.settings;
    if (sampling === undefined && elicitation !== true) return this.#called(tool, call);
    const deadline = this.#clock.monotonic() + Math.min(call.timeoutMs, timeoutMs);
    const turn = { call, deadline, rounds: 0, items: new Set<string>() };
    try {
      await this.connection.wait(call, this.#turns.enter(turn));
      return await this.#called(tool, call);
    } finally {
      this.#turns.leave(turn);
    }
  }

  async #called({ inputSchema }: Tool, call: ToolCall): Promise<ToolResult> {
    const { tool: name } = call;
    // Without an output schema, so that a server that breaks its own is not refused: what it says is unwrapped all the same.
    const toolDefinition = { name, inputSchema: { ...inputSchema, type: 'object' as const } };
    const result = await this.connection.ask(call, (client, options) =>
      client.callTool({ name, arguments: call.arguments }, { ...options, toolDefinition }),
    );
    const raw = this.#bounded(result, `The result of tool "${name}"`);
    if (raw.isError === true) throw this.#failed(name, raw);
    return { output: unwrapResult(raw), raw };
  }

  async getPrompt(of: Asking & { name: string; arguments: JsonObject }): Promise<Json> {
    const texts = Object.entries(of.arguments).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value ?? null),
    ]);
    const result = await this.connection.ask(of, (client, options) =>
      client.getPrompt({ name: of.name, arguments: Object.fromEntries(texts) }, options),
    );
    return flattenPrompt(this.#bounded(result, `Prompt "${of.name}"`));
  }

  async readResource(of: Asking & { uri: string }): Promise<Json> {
    const result = await this.connection.ask(of, (client, options) => client.readResource({ uri: of.uri }, options));
    return readContents(this.#bounded(result, 'A resource'));
  }

  /** How well this server fits a URI: longer is better, the whole URI when it is in its list, 0 when it does not know it. */
  async knows(of: Asking & { uri: string }): Promise<number> {
    return this.connection.ask(of, async (client, options) => {
      if (client.getServerCapabilities()?.resources === undefined) return 0;
      const { resources } = await client.listResources(undefined, options);
      if (resources.some(({ uri }) => uri === of.uri)) return of.uri.length + 1;
      const { resourceTemplates } = await client.listResourceTemplates(undefined, options);
      const beginnings = resourceTemplates.map(({ uriTemplate }) => uriTemplate.split('{', 1)[0] ?? '');
      return Math.max(0, ...beginnings.filter((start) => of.uri.startsWith(start)).map(({ length }) => length));
    });
  }

  #bounded(result: unknown, what: string): JsonObject {
    const named = `${what} of MCP server "${this.settings.name}"`;
    return JSON.parse(
      assertWithinBounds(result, { maxBytes: this.settings.maxResultBytes, what: named }),
    ) as JsonObject;
  }

  async #callable(call: ToolCall): Promise<Tool> {
    const server = this.settings.name;
    const known = (await this.#judged(call)).tools.get(call.tool);
    // Somebody may have decided meanwhile.
    const judged = known?.verdict.trusted === false ? (await this.#judgeAgain(call)).tools.get(call.tool) : known;
    if (judged === undefined) {
      throw new WeirError('resource.not_found', {
        message: `The MCP server "${server}" has no tool "${boundedText(call.tool, 128)}".`,
        details: { server, tool: boundedText(call.tool, 128) },
      });
    }
    if (judged.verdict.trusted) return judged.tool;
    const { inboxId, isRejected } = judged.verdict;
    const what = `Tool "${call.tool}" of MCP server "${server}" is not as it was when it was trusted`;
    throw new WeirError('approval.required', {
      message: isRejected
        ? `${what}, and the change was rejected (/api/v1/inbox/${inboxId}).`
        : `${what}. See what changed and approve it: POST /api/v1/inbox/${inboxId}/approve.`,
      details: { server, tool: call.tool, inbox_id: inboxId },
    });
  }

  #failed(tool: string, raw: JsonObject): WeirError {
    const { name } = this.settings;
    const said = boundedText(textsOf(Array.isArray(raw.content) ? raw.content : []).join(' '));
    return new WeirError('upstream.rejected', {
      message: `Tool "${tool}" of MCP server "${name}" failed: ${said || 'it did not say why'}`,
      details: { server: name, tool },
    });
  }

  #judgeAgain(asking: Asking): Promise<Judgement> {
    this.toolsChanged();
    return this.#judged(asking);
  }

  /** Those who ask at once wait for the same list, each for as long as it likes. */
  #judged(asking: Asking): Promise<Judgement> {
    const known = this.#judgement;
    if (known !== undefined && this.#isCurrent(known)) return Promise.resolve(known);
    this.#judging ??= this.#judge().finally(() => {
      this.#judging = undefined;
    });
    return this.connection.wait(asking, this.#judging);
  }

  #isCurrent({ at, generation, changes }: Judgement): boolean {
    const isSame = changes === this.#changes && generation === this.connection.generation;
    return isSame && this.connection.state === 'connected' && this.#clock.monotonic() - at <= LIST_AGE_MS;
  }

  async #judge(): Promise<Judgement> {
    const changes = this.#changes;
    const { name } = this.settings;
    const asking = { signal: NEVER, timeoutMs: this.settings.timeoutMs };
    let generation = 0;
    const listed = await this.connection.ask(asking, async (client, options) => {
      generation = this.connection.generation;
      if (client.getServerCapabilities()?.tools === undefined) return [];
      return (await client.listTools(undefined, { ...options, cacheMode: 'refresh' })).tools;
    });
    const { tools, refused } = readListing(name, listed);
    const verdicts = await this.#pins.judge(
      name,
      tools.map(({ definition }) => definition),
    );
    const judged = tools.map(({ tool }): [string, Judged] => [
      tool.name,
      { tool, verdict: verdicts.get(tool.name) as Verdict },
    ]);
    this.#judgement = { tools: new Map(judged), refused, at: this.#clock.monotonic(), generation, changes };
    return this.#judgement;
  }
}

const NEVER = new AbortController().signal;
