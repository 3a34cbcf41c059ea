import { isObject, type Json, type JsonObject } from '../../kernel/json.ts';

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

/** `file_id` in JSON text: as it is, or with letters of it written as \u00xx. */
const PLAIN = Buffer.from('file_id');
const ESCAPED = Buffer.from('\\u00');

/** False when the body certainly names no stored file: two searches over bytes, so that other calls pay nothing. */
export function mayNameFiles(body: Buffer): boolean {
  return body.includes(PLAIN) || body.includes(ESCAPED);
}

/** Ids of stored files that the request wants read, each once. */
export function fileIdsIn(json: JsonObject): string[] {
  const found = new Set<string>();
  const waiting: (Json | undefined)[] = INPUTS.map((name) => json[name]);
  for (const tool of Array.isArray(json.tools) ? json.tools : []) {
    if (isObject(tool)) waiting.push(Object.fromEntries(OF_A_TOOL.map((name) => [name, tool[name]])));
  }
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (Array.isArray(value)) for (const item of value) waiting.push(item);
    else if (isObject(value) && !QUOTES.has(value.type)) look(value, found, waiting);
  }
  return [...found];
}

function look(object: JsonObject, found: Set<string>, waiting: (Json | undefined)[]): void {
  for (const [name, value] of Object.entries(object)) {
    if (typeof value === 'string') {
      if (name === 'file_id') found.add(value);
    } else if (name === 'file_ids' && Array.isArray(value)) {
      for (const id of value) if (typeof id === 'string') found.add(id);
    } else if (typeof value === 'object') waiting.push(value);
  }
}
