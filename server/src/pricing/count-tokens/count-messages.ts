import type { Message } from '../../kernel/chat.ts';
import { ESTIMATE_ENCODING } from './count-chat-tokens.ts';
import { countText } from './count-text.ts';
import type { Encoding } from './encoding-of.ts';
import { messageParts } from './prompt-parts.ts';

/**
 * Tokens of each message with its frame, in the order of the messages; media by the formula of the model. Exact for texts in
 * that encoding.
 */
export async function countMessages(
  messages: readonly Message[],
  of: { model: string; encoding?: Encoding },
): Promise<number[]> {
  const parts = messages.map((message) => messageParts(of.model, message));
  const { each } = await countText(
    parts.flatMap(({ texts }) => texts),
    of.encoding ?? ESTIMATE_ENCODING,
  );
  let at = 0;
  return parts.map(({ texts, tokens }) => {
    let sum = tokens;
    for (let text = 0; text < texts.length; text++) sum += each[at++] ?? 0;
    return sum;
  });
}
