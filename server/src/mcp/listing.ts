import { asString, isObject, type JsonObject } from '../kernel/json.ts';
import type { Tool } from '../ports/tool-servers.ts';
import { isWithinDepth } from './results/within-bounds.ts';
import { definitionOf, type ToolDefinition } from './trust/fingerprint.ts';

const MAX_TOOLS = 1000;
const MAX_DEFINITION_BYTES = 65_536;
const MAX_DEPTH = 48;
/** What a tool may be called: nothing that could look like something else. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_./-]{0,127}$/;

/** A tool as its server describes it. */
export interface ListedTool {
  readonly tool: Tool;
  readonly definition: ToolDefinition;
}

/** What of a list can be offered, by name in a fixed order; the rest is counted, not shown. */
export interface Listing {
  readonly tools: readonly ListedTool[];
  /** Left out: a name that is not plain or stands twice, too large, too deep, too many. */
  readonly refused: number;
}

export function readListing(server: string, listed: readonly unknown[]): Listing {
  const objects = listed.slice(0, MAX_TOOLS).filter(isObject);
  const times = new Map<unknown, number>();
  for (const { name } of objects) times.set(name, (times.get(name) ?? 0) + 1);
  const usable = objects.filter((tool) => times.get(tool.name) === 1 && isUsable(tool));
  const tools = usable
    .map((tool) => ({ tool: toolOf(server, tool), definition: definitionOf(tool) }))
    .sort((a, b) => (a.tool.name < b.tool.name ? -1 : 1));
  return { tools, refused: listed.length - tools.length };
}

function isUsable(tool: JsonObject): boolean {
  const { name } = tool;
  if (typeof name !== 'string' || !NAME.test(name) || !isObject(tool.inputSchema)) return false;
  return isWithinDepth(tool, MAX_DEPTH) && Buffer.byteLength(JSON.stringify(tool)) <= MAX_DEFINITION_BYTES;
}

function toolOf(server: string, tool: JsonObject): Tool {
  const hints = isObject(tool.annotations) ? tool.annotations : {};
  return {
    server,
    name: String(tool.name),
    description: asString(tool.description) ?? '',
    inputSchema: tool.inputSchema as JsonObject,
    outputSchema: isObject(tool.outputSchema) ? tool.outputSchema : undefined,
    readOnly: hints.readOnlyHint === true,
    idempotent: hints.idempotentHint === true,
    // As the protocol has it: whoever says nothing may destroy.
    destructive: hints.readOnlyHint !== true && hints.destructiveHint !== false,
  };
}
