import { asArray, asObject, asString, type JsonObject, parseJson } from '../../../server/src/kernel/json.ts';

export interface TurnStream {
  /** Types of the events in order. */
  readonly events: string[];
  /** Items that were reported as done. */
  readonly items: JsonObject[];
  /** All text deltas joined. */
  readonly text: string;
  /** Set once the response was complete. */
  readonly completed: { readonly id: string; readonly usage: JsonObject | undefined } | undefined;
  /** Message of response.failed or of an error event. */
  readonly failure: string | undefined;
}

/** Reads events as Codex does: by the type inside the data; what it does not know or cannot read is skipped. */
export function readTurnStream(body: string): TurnStream {
  const events = body.split(/\r?\n\r?\n/).flatMap((block): JsonObject[] => {
    const data = block.split(/\r?\n/).filter((line) => line.startsWith('data:'));
    const event = asObject(parseJson(data.map((line) => line.slice(5).trimStart()).join('\n')));
    return event === undefined ? [] : [event];
  });
  const of = (type: string) => events.filter((event) => event.type === type);
  const response = asObject(of('response.completed')[0]?.response);
  const failed = of('response.failed')[0]?.response ?? of('error')[0];
  return {
    events: events.map((event) => asString(event.type) ?? ''),
    items: of('response.output_item.done').map((event) => asObject(event.item) ?? {}),
    text: of('response.output_text.delta').reduce((text, event) => text + (asString(event.delta) ?? ''), ''),
    completed: response && { id: asString(response.id) ?? '', usage: asObject(response.usage) },
    failure: failed === undefined ? undefined : messageOf(asObject(failed) ?? {}),
  };
}

function messageOf(json: JsonObject): string {
  return asString(asObject(json.error)?.message) ?? asString(json.message) ?? 'failed without a message';
}

/** Names of the models, in the catalogue's form (`models`) or the API's (`data`). */
export function modelNames(body: JsonObject): string[] {
  const listed = asArray(body.models) ?? asArray(body.data) ?? [];
  return listed.flatMap((model) => asString(asObject(model)?.slug) ?? asString(asObject(model)?.id) ?? []);
}
