import type { Json, JsonObject } from '../kernel/json.ts';
import type { Caller } from './call.ts';

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
  /** The run and step it is for, for the inbox and the ledger; undefined outside workflows. */
  readonly origin: { readonly runId: string; readonly step: string } | undefined;
}

export interface ToolResult {
  /** structuredContent, else text that is JSON parsed, else text; several texts are joined by newlines. */
  readonly output: Json;
  /** The result as the server gave it. */
  readonly raw: Json;
}
