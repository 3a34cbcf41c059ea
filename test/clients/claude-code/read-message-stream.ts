import type { Block } from './requests.ts';

export interface StreamedMessage {
  readonly id: string;
  readonly model: string;
  readonly content: readonly Block[];
  readonly stopReason: string | null;
  /** Of the last event that had one. */
  readonly usage: Readonly<Record<string, unknown>>;
}

type Event = { readonly type: string; readonly [field: string]: unknown };
type OpenBlock = Record<string, unknown> & { type: string };

/** Reads the events of one message as strictly as the wire defines them; throws where they break its order. */
export function readMessageStream(text: string): StreamedMessage {
  const events = text
    .split('\n\n')
    .filter((event) => event !== '')
    .map(readEvent);
  const [first, ...rest] = events.filter(({ type }) => type !== 'ping');
  const last = rest.pop();
  const error = events.find(({ type }) => type === 'error');
  if (error !== undefined) throw new Error(`the stream says: ${JSON.stringify(error)}`);
  if (first?.type !== 'message_start') throw new Error('the stream does not begin with message_start');
  if (last?.type !== 'message_stop') throw new Error('the stream does not end with message_stop');
  const message = first.message as { id: string; model: string; usage: Record<string, unknown> };
  const state: State = { blocks: [], json: new Map(), open: new Set(), stopReason: null, usage: { ...message.usage } };
  for (const event of rest) apply(event, state);
  if (state.open.size > 0) throw new Error('a block was never closed');
  const { stopReason, usage } = state;
  return { id: message.id, model: message.model, content: state.blocks, stopReason, usage };
}

interface State {
  readonly blocks: OpenBlock[];
  readonly json: Map<number, string>;
  readonly open: Set<number>;
  stopReason: string | null;
  readonly usage: Record<string, unknown>;
}

function readEvent(text: string): Event {
  const name = /^event: (.*)$/m.exec(text)?.[1];
  const event = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? 'null') as Event | null;
  if (event === null || name !== event.type) throw new Error(`not an event with a name and its data: ${text}`);
  return event;
}

function apply(event: Event, state: State): void {
  const index = event.index as number;
  switch (event.type) {
    case 'content_block_start':
      if (index !== state.blocks.length) throw new Error(`block ${index} is out of order`);
      state.blocks.push({ ...(event.content_block as OpenBlock) });
      state.open.add(index);
      return;
    case 'content_block_delta':
      if (!state.open.has(index)) throw new Error(`a delta for block ${index}, which is not open`);
      applyDelta(event.delta as Event, index, state);
      return;
    case 'content_block_stop':
      if (!state.open.delete(index)) throw new Error(`block ${index} was closed but is not open`);
      closeBlock(index, state);
      return;
    case 'message_delta':
      state.stopReason = (event.delta as { stop_reason: string | null }).stop_reason;
      Object.assign(state.usage, event.usage);
      return;
    default:
      throw new Error(`${event.type} has no place inside a message`);
  }
}

const GROWING: Readonly<Record<string, string>> = { text_delta: 'text', thinking_delta: 'thinking' };

function applyDelta(delta: Event, index: number, state: State): void {
  const block = state.blocks[index];
  if (block === undefined) throw new Error(`block ${index} is missing`);
  const field = GROWING[delta.type];
  if (field !== undefined) block[field] = `${String(block[field] ?? '')}${String(delta[field])}`;
  else if (delta.type === 'signature_delta') block.signature = delta.signature;
  else if (delta.type === 'input_json_delta') {
    state.json.set(index, (state.json.get(index) ?? '') + String(delta.partial_json));
  }
}

function closeBlock(index: number, state: State): void {
  const json = state.json.get(index);
  const block = state.blocks[index];
  if (block !== undefined && json !== undefined && json !== '') block.input = JSON.parse(json);
}
