import { isObject, type Json, parseJson } from '../../kernel/json.ts';
import type { CapturedText } from '../../ports/content-sink.ts';

/** New texts for texts, in the same order, without personal data and secrets. Rejects when it cannot tell. */
export type RedactTexts = (texts: readonly string[]) => Promise<readonly string[]>;

/**
 * What may be kept of one side of a call in the mode `redacted`. Of JSON every string is redacted, wherever it stands; of
 * streams only what was said is kept, put together, because what must go may be spread over events. Undefined: what was cut or
 * is no JSON is not kept at all.
 */
export async function redactContent(side: CapturedText, redact: RedactTexts): Promise<string | undefined> {
  if (side.isCut) return undefined;
  if (side.isStream) return redactStream(side.text, redact);
  const json = parseJson(side.text);
  if (json === undefined) return undefined;
  const texts: string[] = [];
  mapStrings(json, (text) => {
    texts.push(text);
    return text;
  });
  const redacted = await redact(texts);
  let at = 0;
  return JSON.stringify(mapStrings(json, (text) => redacted[at++] ?? text));
}

async function redactStream(events: string, redact: RedactTexts): Promise<string | undefined> {
  const said = new Map<string, string>();
  for (const line of events.split('\n')) {
    const event = line.startsWith('data:') ? parseJson(line.slice(5)) : undefined;
    if (isObject(event)) gather(event, { place: placeOf(event), isDelta: false }, said);
  }
  const texts = await redact([...said.values()]);
  return JSON.stringify({ texts: texts.filter((text) => text !== '') });
}

/** Texts below a `delta`, and the `content` of Weir's own events, go on where the event before ended. */
function gather(value: Json, of: { place: string; isDelta: boolean }, said: Map<string, string>): void {
  if (typeof value === 'string') {
    if (of.isDelta && !IDENTIFIERS.test(of.place)) said.set(of.place, (said.get(of.place) ?? '') + value);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const entries: [string, Json | undefined][] = Array.isArray(value)
    ? value.map((item, at) => [isObject(item) ? placeOf(item) || String(at) : String(at), item])
    : Object.entries(value);
  const isOwnEvent = of.place === '' && Object.keys(value).join() === 'content';
  for (const [name, item] of entries) {
    if (item === undefined) continue;
    gather(item, { place: `${of.place}/${name}`, isDelta: of.isDelta || name === 'delta' || isOwnEvent }, said);
  }
}

const IDENTIFIERS = /\/(?:id|type|role|stop_reason|finish_reason|signature)$/;

/** Parallel outputs are told apart by their numbers. */
function placeOf(event: { readonly [name: string]: Json | undefined }): string {
  return [event.index, event.output_index, event.content_index].filter((each) => typeof each === 'number').join('.');
}

function mapStrings(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, item === undefined ? undefined : mapStrings(item, change)]),
  );
}
