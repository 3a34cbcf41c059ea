import { isObject, type JsonObject, objectsIn, stringOf } from '../../json.ts';
import { cutIntoTokens } from '../../mind/tokens.ts';
import { namedEvent, type StreamEvent } from '../../stream-event.ts';

/** Numbers the events of one stream; a failure inside the stream takes the next number. */
export class ResponsesEvents {
  #next = 0;

  event(type: string, fields: JsonObject, kind: StreamEvent['kind']): StreamEvent {
    const numbered = namedEvent({ type, sequence_number: this.#next, ...fields }, kind);
    this.#next += 1;
    return numbered;
  }

  *stream(started: JsonObject, finished: JsonObject): Generator<StreamEvent> {
    yield this.event('response.created', { response: started }, 'start');
    yield this.event('response.in_progress', { response: started }, 'start');
    for (const [index, item] of objectsIn(finished.output).entries()) yield* this.#item(item, index);
    const type = finished.status === 'incomplete' ? 'response.incomplete' : 'response.completed';
    yield this.event(type, { response: finished }, 'terminator');
  }

  *#item(item: JsonObject, output_index: number): Generator<StreamEvent> {
    yield this.event('response.output_item.added', { output_index, item: emptied(item) }, 'content');
    const place = { item_id: item.id, output_index };
    if (item.type === 'message') yield* this.#message(item, place);
    if (item.type === 'reasoning') yield* this.#summary(item, place);
    if (item.type === 'function_call') {
      yield* this.#pieces('response.function_call_arguments', 'arguments', { ...place, text: item.arguments });
    }
    if (item.type === 'custom_tool_call') {
      yield* this.#pieces('response.custom_tool_call_input', 'input', { ...place, text: item.input });
    }
    yield this.event('response.output_item.done', { output_index, item }, 'content');
  }

  *#message(item: JsonObject, place: JsonObject): Generator<StreamEvent> {
    for (const [content_index, part] of objectsIn(item.content).entries()) {
      const at = { ...place, content_index };
      const empty = { ...part, text: '' };
      yield this.event('response.content_part.added', { ...at, part: empty }, 'content');
      yield* this.#pieces('response.output_text', 'text', { ...at, logprobs: [], text: part.text });
      yield this.event('response.content_part.done', { ...at, part }, 'content');
    }
  }

  *#summary(item: JsonObject, place: JsonObject): Generator<StreamEvent> {
    for (const [summary_index, part] of objectsIn(item.summary).entries()) {
      const at = { ...place, summary_index };
      yield this.event('response.reasoning_summary_part.added', { ...at, part: { ...part, text: '' } }, 'content');
      yield* this.#pieces('response.reasoning_summary_text', 'text', { ...at, text: part.text });
      yield this.event('response.reasoning_summary_part.done', { ...at, part }, 'content');
    }
  }

  *#pieces(type: string, field: string, { text, ...place }: JsonObject): Generator<StreamEvent> {
    for (const delta of cutIntoTokens(stringOf(text) ?? ''))
      yield this.event(`${type}.delta`, { ...place, delta }, 'content');
    yield this.event(`${type}.done`, { ...place, [field]: text }, 'content');
  }
}

function emptied(item: JsonObject): JsonObject {
  const empty: JsonObject = { ...item, ...(item.status === undefined ? {} : { status: 'in_progress' }) };
  for (const list of ['content', 'summary']) if (Array.isArray(item[list])) empty[list] = [];
  for (const text of ['arguments', 'input']) if (typeof item[text] === 'string') empty[text] = '';
  return isObject(empty) ? empty : item;
}
