import type { Tool } from '../../kernel/chat.ts';
import { WeirError } from '../../kernel/errors.ts';
import { isObject, type JsonObject } from '../../kernel/json.ts';
import type { ClientRequest } from '../../ports/protocol.ts';
import { askedFields } from '../call-tokens.ts';

/** Tools of a provider's wire that the client runs itself. */
const CLIENT_RUN = /^(custom|bash|text_editor|str_replace|computer|memory|local_shell|shell|apply_patch)/;
const SERVER_FIELDS = ['web_search_options', 'mcp_servers'];
/** Served faster or elsewhere, at a price that the catalogue does not have. */
const DEARER: readonly (readonly [string, string])[] = [
  ['service_tier', 'priority'],
  ['speed', 'fast'],
  ['inference_geo', 'us'],
];

/** What nobody can put a bound on before it is paid. Throws `limit.budget` and names it. */
export function refuseUnbounded(request: ClientRequest): void {
  const fields = askedFields(request);
  const tool = serverTool(request, fields);
  if (tool !== undefined) throw unbounded(`"${tool}" runs at the provider at a price without a bound`, tool);
  const dearer = DEARER.find(([name, value]) => fields[name] === value);
  if (dearer !== undefined) throw unbounded(`"${dearer[0]}": "${dearer[1]}" has a price of its own`, dearer[0]);
  if (fields.background === true) {
    throw unbounded('"background": what a reply costs that comes later is not heard of', 'background');
  }
  if (isObject(fields.prompt) && typeof fields.prompt.id === 'string') {
    throw unbounded('"prompt" stands for a text and tools that only the provider knows', 'prompt');
  }
}

/** Searches and executions at the provider are billed by their own price, and nothing says how many there will be. */
function serverTool(request: ClientRequest, fields: JsonObject): string | undefined {
  const field = SERVER_FIELDS.find((name) => fields[name] !== undefined && fields[name] !== null);
  if (field !== undefined || fields.tools === undefined) return field;
  return request.chat().tools?.find(runsAtProvider)?.name.slice(0, 64);
}

function runsAtProvider(tool: Tool): boolean {
  return tool.type === 'opaque' && !CLIENT_RUN.test(tool.name);
}

function unbounded(what: string, tool: string): WeirError {
  return new WeirError('limit.budget', {
    message: `${what}, and a budget applies. Leave it out, or use a key, user and project without a budget.`,
    details: { tool, reason: 'unbounded' },
  });
}
