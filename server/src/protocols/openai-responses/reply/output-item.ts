import type { JsonObject } from '../../../kernel/json.ts';
import { customInputFromArguments } from '../custom-tool.ts';
import { type ReasoningProof, sealReasoningProof } from '../reasoning-proof.ts';

/** How a growing output item tells the world about itself; a whole reply needs no events and gives a function that does nothing. */
export type Emit = (type: string, fields: JsonObject) => void;

export interface Place {
  readonly id: string;
  /** Position in the response's output. */
  readonly index: number;
  readonly emit: Emit;
}

/** One block of content on its way into an output item. */
export interface OpenBlock {
  add(text: string): void;
  close(): void;
}

/** A content part of a message: text or a refusal. */
export function openMessagePart(place: Place, content: JsonObject[], kind: 'text' | 'refusal'): OpenBlock {
  const at = { item_id: place.id, output_index: place.index, content_index: content.length };
  const [name, field] = kind === 'text' ? ['response.output_text', 'text'] : ['response.refusal', 'refusal'];
  const logprobs = kind === 'text' ? { logprobs: [] } : {};
  const partOf = (text: string): JsonObject =>
    kind === 'text' ? { type: 'output_text', text, annotations: [], logprobs: [] } : { type: 'refusal', refusal: text };
  let text = '';
  content.push(partOf(''));
  place.emit('response.content_part.added', { ...at, part: partOf('') });
  return {
    add: (delta) => {
      text += delta;
      place.emit(`${name}.delta`, { ...at, delta, ...logprobs });
    },
    close: () => {
      const part = partOf(text);
      content[at.content_index] = part;
      place.emit(`${name}.done`, { ...at, [field]: text, ...logprobs });
      place.emit('response.content_part.done', { ...at, part });
    },
  };
}

/** A call of a function, or of a custom tool when the client declared the name as one. */
export function openCall(place: Place, item: JsonObject): OpenBlock {
  const at = { item_id: place.id, output_index: place.index };
  let text = '';
  place.emit('response.output_item.added', { output_index: place.index, item });
  const isCustom = item.type === 'custom_tool_call';
  const show = (delta: string) => {
    text += delta;
    // Custom input stands inside JSON until it is whole, so it cannot be shown piece by piece.
    if (!isCustom) place.emit('response.function_call_arguments.delta', { ...at, delta });
  };
  return {
    add: show,
    close: () => {
      if (text === '') show('{}');
      if (isCustom) finishCustom(place, item, text);
      else {
        item.arguments = text;
        place.emit('response.function_call_arguments.done', { ...at, name: item.name, arguments: text });
      }
      item.status = 'completed';
      place.emit('response.output_item.done', { output_index: place.index, item });
    },
  };
}

function finishCustom(place: Place, item: JsonObject, argumentsText: string): void {
  const at = { item_id: place.id, output_index: place.index };
  const input = customInputFromArguments(argumentsText);
  item.input = input;
  place.emit('response.custom_tool_call_input.delta', { ...at, delta: input });
  place.emit('response.custom_tool_call_input.done', { ...at, input });
}

export interface OpenReasoning extends OpenBlock {
  /** What the client must send back with it; set before close. */
  prove(proof: ReasoningProof): void;
}

/** Reasoning, shown as one summary part. */
export function openReasoning(place: Place, item: JsonObject & { summary: JsonObject[] }): OpenReasoning {
  const at = { item_id: place.id, output_index: place.index, summary_index: 0 };
  const partOf = (text: string): JsonObject => ({ type: 'summary_text', text });
  let text = '';
  place.emit('response.output_item.added', { output_index: place.index, item });
  return {
    add: (delta) => {
      if (item.summary.length === 0) {
        item.summary.push(partOf(''));
        place.emit('response.reasoning_summary_part.added', { ...at, part: partOf('') });
      }
      text += delta;
      place.emit('response.reasoning_summary_text.delta', { ...at, delta });
    },
    prove: (proof) => {
      const encrypted = sealReasoningProof(proof);
      if (encrypted !== undefined) item.encrypted_content = encrypted;
    },
    close: () => {
      if (item.summary.length > 0) {
        item.summary[0] = partOf(text);
        place.emit('response.reasoning_summary_text.done', { ...at, text });
        place.emit('response.reasoning_summary_part.done', { ...at, part: partOf(text) });
      }
      place.emit('response.output_item.done', { output_index: place.index, item });
    },
  };
}
