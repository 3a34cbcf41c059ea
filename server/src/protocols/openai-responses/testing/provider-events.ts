import { asArray, asObject, type JsonObject } from '../../../kernel/json.ts';
import type { WireEvent } from '../../../ports/framing.ts';

/** The events a provider would have streamed this response as, deltas three UTF-16 units long (they split characters). */
export function providerEvents(response: JsonObject): WireEvent[] {
  const events: WireEvent[] = [];
  const send = (type: string, fields: JsonObject) => {
    events.push(wireEvent({ type, ...fields }, events.length));
  };
  const opening = { ...response, status: 'in_progress', output: [], usage: null };
  send('response.created', { response: opening });
  send('response.in_progress', { response: opening });
  (asArray(response.output) ?? []).forEach((entry, index) => {
    streamItem(asObject(entry) ?? {}, index, send);
  });
  send(response.status === 'incomplete' ? 'response.incomplete' : 'response.completed', { response });
  return events;
}

export function wireEvent(json: JsonObject, sequence = 0): WireEvent {
  const data = JSON.stringify({ ...json, sequence_number: sequence });
  const name = String(json.type);
  return { name, data, raw: Buffer.from(`event: ${name}\ndata: ${data}\n\n`) };
}

type Send = (type: string, fields: JsonObject) => void;

function streamItem(item: JsonObject, index: number, send: Send): void {
  const at = { output_index: index, item_id: item.id };
  const empty = { message: { content: [] }, function_call: { arguments: '' }, custom_tool_call: { input: '' } };
  const bare = item.type === 'reasoning' ? { id: item.id, type: 'reasoning', summary: [] } : item;
  send('response.output_item.added', {
    output_index: index,
    item: { ...bare, status: 'in_progress', ...empty[item.type as keyof typeof empty] },
  });
  if (item.type === 'function_call')
    deltas('response.function_call_arguments', { arguments: item.arguments }, { at, send });
  if (item.type === 'custom_tool_call') deltas('response.custom_tool_call_input', { input: item.input }, { at, send });
  if (item.type === 'reasoning') streamReasoning(item, at, send);
  if (item.type === 'message') streamMessage(item, at, send);
  if (item.type === 'web_search_call') send('response.web_search_call.searching', at);
  send('response.output_item.done', { output_index: index, item });
}

function streamMessage(item: JsonObject, at: JsonObject, send: Send): void {
  (asArray(item.content) ?? []).forEach((entry, index) => {
    const part = asObject(entry) ?? {};
    const place = { ...at, content_index: index };
    const field = part.type === 'refusal' ? 'refusal' : 'text';
    send('response.content_part.added', { ...place, part: { ...part, [field]: '' } });
    deltas(
      field === 'text' ? 'response.output_text' : 'response.refusal',
      { [field]: part[field] },
      { at: place, send },
    );
    send('response.content_part.done', { ...place, part });
  });
}

function streamReasoning(item: JsonObject, at: JsonObject, send: Send): void {
  (asArray(item.summary) ?? []).forEach((entry, index) => {
    const part = asObject(entry) ?? {};
    const place = { ...at, summary_index: index };
    send('response.reasoning_summary_part.added', { ...place, part: { ...part, text: '' } });
    deltas('response.reasoning_summary_text', { text: part.text }, { at: place, send });
    send('response.reasoning_summary_part.done', { ...place, part });
  });
  (asArray(item.content) ?? []).forEach((entry, index) => {
    deltas('response.reasoning_text', { text: asObject(entry)?.text }, { at: { ...at, content_index: index }, send });
  });
}

function deltas(event: string, values: Readonly<Record<string, unknown>>, write: { at: JsonObject; send: Send }): void {
  for (const [field, value] of Object.entries(values)) {
    const text = String(value);
    for (let from = 0; from < text.length; from += 3) {
      write.send(`${event}.delta`, { ...write.at, delta: text.slice(from, from + 3) });
    }
    write.send(`${event}.done`, { ...write.at, [field]: text });
  }
}
