import type { Json, JsonObject } from '../kernel/json.ts';
import type { UsageRecord } from '../kernel/usage-record.ts';
import type { Caller, RunCall } from './call.ts';

/** MCP servers of the configuration file, behind one door. Methods reject with a WeirError that names server and tool. */
export interface ToolServers {
  readonly names: readonly string[];
  /** Tools that may be called now (pinned and unchanged), in a fixed order. */
  tools(server: string): Promise<readonly Tool[]>;
  callTool(call: ToolCall): Promise<ToolResult>;
  /** The messages of a prompt, flattened: `{description, messages: [{role, content: text}]}`. */
  getPrompt(of: ToolServerQuestion & { readonly name: string; readonly arguments: JsonObject }): Promise<Json>;
  /** The contents of a resource; text that is JSON is parsed. `server` undefined: the one that lists the URI. */
  readResource(
    of: Omit<ToolServerQuestion, 'server'> & { readonly server: string | undefined; readonly uri: string },
  ): Promise<Json>;
}

export interface Tool {
  readonly server: string;
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  readonly outputSchema: JsonObject | undefined;
  readonly readOnly: boolean;
  readonly idempotent: boolean;
  readonly destructive: boolean;
}

export interface ToolServerQuestion {
  readonly server: string;
  /** On whose behalf: pays for sampling that the server asks for. */
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

export interface ToolCall extends ToolServerQuestion {
  readonly tool: string;
  readonly arguments: JsonObject;
  /** The run and step it is for, for the inbox, the ledger and their budgets; undefined outside workflows. */
  readonly origin: ToolCallOrigin | undefined;
}

/** The step of a run that calls a tool: models that the server asks meanwhile are asked within its bounds. */
export interface ToolCallOrigin extends Pick<RunCall, 'budgets' | 'allowances' | 'isApproved' | 'beside'> {
  readonly runId: string;
  readonly step: string;
  /** The same when the call is made again because nobody knows how it ended: what was asked then is not asked again. */
  readonly idempotencyKey: string;
  /** Told of each question to a model that begins; it settles when the question is over and its record told. */
  readonly asks: (question: Promise<unknown>) => void;
  /** Told of the record of each. */
  readonly settled: (record: UsageRecord) => void;
}

export interface ToolResult {
  /** structuredContent, else text that is JSON parsed, else text; several texts are joined by newlines. */
  readonly output: Json;
  /** The result as the server gave it. */
  readonly raw: Json;
}
