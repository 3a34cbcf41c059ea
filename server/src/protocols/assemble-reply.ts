import type { ChatReply, Choice, Content, FinishReason, Part, ReasoningContent } from '../kernel/chat.ts';
import type { Usage } from '../kernel/usage.ts';

interface OpenBlock {
  readonly type: 'text' | 'refusal' | 'reasoning' | 'tool-call' | 'opaque';
  text: string;
  /** Everything of the block but its text; set when it starts or, for reasoning, when it ends. */
  rest: Partial<Content>;
}

interface OpenChoice {
  /** By block number; insertion order is the order of appearance. */
  readonly blocks: Map<number | string, OpenBlock>;
  finishReason: FinishReason;
  stopSequence?: string;
}

/** Collects the parts of a stream into the reply that the same call without streaming would have given. */
export class ReplyAssembler {
  #id = '';
  #model = '';
  #createdS = 0;
  #usage: Usage | undefined;
  readonly #choices = new Map<number, OpenChoice>();

  add(part: Part): void {
    switch (part.type) {
      case 'start':
        this.#id = part.id;
        this.#model = part.model;
        this.#createdS = part.createdS;
        return;
      case 'text-delta':
        this.#block(part, 'text').text += part.text;
        return;
      case 'refusal-delta':
        this.#block(part, 'refusal').text += part.text;
        return;
      case 'reasoning-delta':
        this.#block(part, 'reasoning').text += part.text;
        return;
      case 'reasoning-end':
        this.#block(part, 'reasoning').rest = proofOf(part);
        return;
      case 'tool-call-start': {
        const { id, name, signature } = part;
        this.#block(part, 'tool-call').rest = { id, name, ...(signature === undefined ? {} : { signature }) };
        return;
      }
      case 'tool-call-delta':
        this.#block(part, 'tool-call').text += part.argumentsText;
        return;
      case 'opaque': {
        const { blocks } = this.#choice(part.choice);
        blocks.set(`opaque-${blocks.size}`, { type: 'opaque', text: '', rest: part.content });
        return;
      }
      case 'usage':
        this.#usage = part.usage;
        return;
      case 'finish': {
        const choice = this.#choice(part.choice);
        choice.finishReason = part.reason;
        if (part.stopSequence !== undefined) choice.stopSequence = part.stopSequence;
        return;
      }
      case 'block-end':
        if (part.annotations !== undefined) this.#block(part, 'text').rest = { annotations: part.annotations };
        return;
      default:
        return;
    }
  }

  /** What was said so far; a choice that has not finished has finishReason `other`. */
  reply(): ChatReply {
    const choices = [...this.#choices].sort(([left], [right]) => left - right);
    return {
      id: this.#id,
      model: this.#model,
      createdS: this.#createdS,
      choices: choices.map(([index, choice]) => closeChoice(index, choice)),
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
    };
  }

  #choice(index: number): OpenChoice {
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = { blocks: new Map(), finishReason: 'other' };
      this.#choices.set(index, choice);
    }
    return choice;
  }

  #block(part: { readonly choice: number; readonly block: number }, type: OpenBlock['type']): OpenBlock {
    const { blocks } = this.#choice(part.choice);
    let block = blocks.get(part.block);
    if (block === undefined) {
      block = { type, text: '', rest: {} };
      blocks.set(part.block, block);
    }
    return block;
  }
}

function closeChoice(index: number, choice: OpenChoice): Choice {
  const content = [...choice.blocks.values()].map(closeBlock).filter((block) => !isEmptyText(block));
  const { finishReason, stopSequence } = choice;
  return { index, content, finishReason, ...(stopSequence === undefined ? {} : { stopSequence }) };
}

function closeBlock({ type, text, rest }: OpenBlock): Content {
  if (type === 'opaque') return rest as Content;
  if (type === 'tool-call') return { type, ...rest, argumentsText: text } as Content;
  return { type, ...rest, text } as Content;
}

function isEmptyText(content: Content): boolean {
  return content.type === 'text' && content.text === '';
}

function proofOf(part: Part & { type: 'reasoning-end' }): Partial<ReasoningContent> {
  const { signature, encrypted, wire, id } = part;
  return {
    ...(signature === undefined ? {} : { signature }),
    ...(encrypted === undefined ? {} : { encrypted }),
    wire,
    ...(id === undefined ? {} : { id }),
  };
}

/** The parts a whole reply would have streamed as: one delta per block. Empty texts give no parts. */
export function partsOf(reply: ChatReply): Part[] {
  const parts: Part[] = [{ type: 'start', id: reply.id, model: reply.model, createdS: reply.createdS }];
  for (const choice of reply.choices) {
    for (const [block, content] of choice.content.entries()) parts.push(...contentParts(choice.index, block, content));
    const { finishReason: reason, stopSequence } = choice;
    parts.push({
      type: 'finish',
      choice: choice.index,
      reason,
      ...(stopSequence === undefined ? {} : { stopSequence }),
    });
  }
  if (reply.usage !== undefined) parts.push({ type: 'usage', usage: reply.usage });
  parts.push({ type: 'end' });
  return parts;
}

function contentParts(choice: number, block: number, content: Content): Part[] {
  const end: Part = { type: 'block-end', choice, block };
  switch (content.type) {
    case 'text': {
      const { text, annotations } = content;
      const cited = annotations === undefined ? end : { ...end, annotations };
      return text === '' ? [] : [{ type: 'text-delta', choice, block, text }, cited];
    }
    case 'refusal':
      return [{ type: 'refusal-delta', choice, block, text: content.text }, end];
    case 'reasoning':
      return [...reasoningParts(choice, block, content), end];
    case 'tool-call': {
      const { id, name, signature, argumentsText } = content;
      const proof = signature === undefined ? {} : { signature };
      return [
        { type: 'tool-call-start', choice, block, id, name, ...proof },
        ...(argumentsText === '' ? [] : [{ type: 'tool-call-delta' as const, choice, block, argumentsText }]),
        end,
      ];
    }
    case 'opaque':
      return [{ type: 'opaque', choice, content }];
    default:
      return [];
  }
}

function reasoningParts(choice: number, block: number, content: ReasoningContent): Part[] {
  const { text, signature, encrypted, wire, id } = content;
  const parts: Part[] = text === '' ? [] : [{ type: 'reasoning-delta', choice, block, text }];
  if (wire === undefined) return parts;
  parts.push({
    type: 'reasoning-end',
    choice,
    block,
    ...(signature === undefined ? {} : { signature }),
    ...(encrypted === undefined ? {} : { encrypted }),
    wire,
    ...(id === undefined ? {} : { id }),
  });
  return parts;
}
