import { asString, type JsonObject } from '../../kernel/json.ts';

/** Ids of items that Weir made hold the id of their response and the item's place in it. */
const WEIR_ITEM_ID = /^[a-z]+_([0-9a-f]{32})[0-9a-f]{4}$/;

/**
 * Puts the items themselves where the input only points at them. References to items that no response of Weir can hold stay
 * as they are: they are the provider's. `outputOf` gives the output items of a response and throws when there is none.
 */
export async function resolveReferences(
  items: readonly JsonObject[],
  outputOf: (responseId: string) => Promise<readonly JsonObject[]>,
): Promise<JsonObject[]> {
  const outputs = new Map<string, readonly JsonObject[]>();
  const resolved: JsonObject[] = [];
  for (const item of items) {
    const id = item.type === 'item_reference' ? asString(item.id) : undefined;
    const hex = id === undefined ? undefined : WEIR_ITEM_ID.exec(id)?.[1];
    if (hex === undefined) {
      resolved.push(item);
      continue;
    }
    const responseId = `resp_${hex}`;
    const output = outputs.get(responseId) ?? (await outputOf(responseId));
    outputs.set(responseId, output);
    resolved.push(output.find((candidate) => candidate.id === id) ?? item);
  }
  return resolved;
}
