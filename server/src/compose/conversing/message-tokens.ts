import type { CountedMessage } from '../../features/conversations/content.ts';
import type { Message } from '../../kernel/chat.ts';
import type { TokenCalibration } from '../../pricing/count-tokens/calibration.ts';
import { factorOf } from '../../pricing/count-tokens/count-chat-tokens.ts';
import { countMessages } from '../../pricing/count-tokens/count-messages.ts';
import { encodingOf } from '../../pricing/count-tokens/encoding-of.ts';

/** How a model counts what is stored in o200k tokens. */
export interface Weigher {
  /** What one o200k token is worth. */
  readonly ratio: number;
  /** Tokens of each of these messages. */
  of(messages: readonly CountedMessage[]): Promise<(message: Message) => number>;
}

export interface MessageTokens {
  /** In o200k, once for good. */
  count(model: string, messages: readonly Message[]): Promise<CountedMessage[]>;
  weigher(model: string): Promise<Weigher>;
  /** `counted`: o200k tokens of a whole prompt; `told`: what its provider says. */
  learn(of: { provider: string; model: string; counted: number; told: number }): void;
}

/** Exact for OpenAI's models, by their own encodings; of others by what their providers' counts taught. */
export function messageTokens(of: {
  /** Where a name leads: `provider/model`. Undefined: nowhere. */
  leadsTo: (name: string) => { provider: string; model: string } | undefined;
  calibration: TokenCalibration;
}): MessageTokens {
  return {
    async count(model, messages) {
      const tokens = await countMessages(messages, { model: of.leadsTo(model)?.model ?? model });
      return messages.map((message, at) => ({ message, tokens: tokens[at] ?? 0 }));
    },
    async weigher(name) {
      const target = of.leadsTo(name);
      const model = target?.model ?? name;
      const encoding = encodingOf(model);
      const learnt = target === undefined ? undefined : of.calibration.ratio(`${target.provider}/${model}`);
      const ratio = encoding === undefined ? (learnt ?? factorOf(model)) : 1;
      return {
        ratio,
        async of(messages) {
          const plain = messages.map(({ message }) => message);
          const other = encoding === 'cl100k_base' ? await countMessages(plain, { model, encoding }) : undefined;
          const sizes = new Map(messages.map(({ message, tokens }, at) => [message, other?.[at] ?? tokens * ratio]));
          return (message) => sizes.get(message) ?? 0;
        },
      };
    },
    learn({ provider, model, counted, told }) {
      // A published encoding needs no teaching.
      if (encodingOf(model) === undefined) of.calibration.learn(`${provider}/${model}`, { counted, told });
    },
  };
}
