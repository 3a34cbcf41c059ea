import type { ChatReply, Content, FinishReason, Part } from '../../kernel/chat.ts';

/** What one choice of a reply says. */
export interface ReplyText {
  readonly choice: number;
  /** All texts of the choice together. */
  readonly text: string;
  readonly finishReason: FinishReason;
  /** It calls tools or refuses: what it says beside that is no answer. */
  readonly isAnswer: boolean;
}

export function textsOfReply(reply: ChatReply): ReplyText[] {
  return reply.choices.map(({ index, content, finishReason }) => ({
    choice: index,
    text: textOf(content),
    finishReason,
    isAnswer: !content.some(isNoAnswer) && endsAnswer(finishReason),
  }));
}

function textOf(content: readonly Content[]): string {
  let text = '';
  for (const item of content) if (item.type === 'text') text += item.text;
  return text;
}

function isNoAnswer({ type }: Content): boolean {
  return type === 'tool-call' || type === 'refusal' || type === 'opaque';
}

const NO_ANSWER: readonly FinishReason[] = ['tool-calls', 'content-filter', 'refusal', 'pause', 'error'];

function endsAnswer(reason: FinishReason): boolean {
  return !NO_ANSWER.includes(reason);
}

/** The same of the parts of a whole stream. */
export function textsOfParts(parts: readonly Part[]): ReplyText[] {
  const texts: { choice: number; text: string; finishReason: FinishReason; isAnswer: boolean }[] = [];
  for (const part of parts) {
    if (!('choice' in part)) continue;
    let of = texts.find(({ choice }) => choice === part.choice);
    if (of === undefined) {
      of = { choice: part.choice, text: '', finishReason: 'other', isAnswer: true };
      texts.push(of);
    }
    if (part.type === 'text-delta') of.text += part.text;
    else if (part.type === 'finish') {
      of.finishReason = part.reason;
      of.isAnswer &&= endsAnswer(part.reason);
    } else if (part.type === 'tool-call-start' || part.type === 'refusal-delta' || part.type === 'opaque') {
      of.isAnswer = false;
    }
  }
  return texts;
}

/** The parts of a stream that says something else: the first text of a choice becomes all of it. */
export function partsWithTexts(parts: readonly Part[], texts: ReadonlyMap<number, string>): Part[] {
  const begun = new Map<number, number>();
  const said = new Set(parts.flatMap((part) => (part.type === 'text-delta' ? [blockOf(part)] : [])));
  return parts.flatMap((part): Part[] => {
    if (part.type !== 'text-delta' && part.type !== 'block-end') return [part];
    const text = texts.get(part.choice);
    if (text === undefined || !said.has(blockOf(part))) return [part];
    if (part.type === 'block-end') {
      const { type, choice, block } = part;
      return begun.get(choice) === block ? [{ type, choice, block }] : [];
    }
    if (begun.has(part.choice)) return [];
    begun.set(part.choice, part.block);
    return [{ ...part, text }];
  });
}

function blockOf({ choice, block }: { readonly choice: number; readonly block: number }): string {
  return `${choice} ${block}`;
}
