import { invalidRequest } from '../../kernel/errors.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';

/** Where a request of the OpenAI wires may point at stored files; what stands elsewhere (metadata, schemas) points at none. */
const INPUTS = ['messages', 'input', 'prompt', 'images', 'image', 'mask'] as const;
const OF_A_TOOL = ['container', 'input_image_mask', 'file_ids'] as const;

/** Parts that quote what a model said about files; the provider does not read them again. */
const QUOTES: ReadonlySet<unknown> = new Set([
  'file_citation',
  'container_file_citation',
  'file_path',
  'file_search_call',
]);

/** No wire nests its input like that; deeper ones are refused, because what is not looked at must not go out. */
const MAX_DEPTH = 200;

const NONE: readonly string[] = Object.freeze([]);

/**
 * Ids of stored files that the request wants read, each once. Walks what is parsed already instead of searching bytes: that
 * is cheaper for a long prompt, and a name written with escapes is found too. Throws `request.invalid` for absurd nesting.
 */
export function fileIdsIn(json: JsonObject): readonly string[] {
  let found: Set<string> | undefined;
  const take = (id: string): void => {
    found ??= new Set();
    found.add(id);
  };
  for (const name of INPUTS) walk(json[name], take, 0);
  if (Array.isArray(json.tools)) for (const tool of json.tools) walkTool(tool, take);
  return found === undefined ? NONE : [...found];
}

function walk(value: Json | undefined, take: (id: string) => void, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw invalidRequest('input', `is nested more than ${MAX_DEPTH} deep`);
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') walk(item, take, depth + 1);
    return;
  }
  if (QUOTES.has(value.type)) return;
  for (const name in value) {
    const member = value[name];
    if (typeof member === 'string') {
      if (name === 'file_id') take(member);
    } else if (name === 'file_ids') takeAll(member, take);
    else walk(member, take, depth + 1);
  }
}

function walkTool(tool: Json, take: (id: string) => void): void {
  if (typeof tool !== 'object' || tool === null || Array.isArray(tool)) return;
  for (const name of OF_A_TOOL) {
    if (name === 'file_ids') takeAll(tool[name], take);
    else walk(tool[name], take, 0);
  }
}

function takeAll(ids: Json | undefined, take: (id: string) => void): void {
  if (Array.isArray(ids)) for (const id of ids) if (typeof id === 'string') take(id);
}
