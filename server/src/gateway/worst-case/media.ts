import type { ChatRequest, Content, OpaqueContent } from '../../kernel/chat.ts';
import type { Target } from '../../ports/call.ts';
import type { ClientRequest } from '../../ports/protocol.ts';
import { imageSize } from '../../pricing/count-tokens/image-size.ts';
import { imageTokens, mostImageTokens } from '../../pricing/count-tokens/image-tokens.ts';
import { mentions } from './mentions.ts';

/** What of a body is not text, and how many tokens it stands for at most. */
export interface Media {
  /** Of the body, that stand for media and not for text. */
  characters: number;
  tokens: number;
  audioTokens: number;
}

/** Bodies without any of these hold nothing but text, and are not taken apart. */
const HINTS = ['image', 'audio', 'file', 'document', 'video', '_url', 'item_reference', 'computer_call_output'];
export const NO_MEDIA: Readonly<Media> = { characters: 0, tokens: 0, audioTokens: 0 };

export function mediaOf(request: ClientRequest, target: Target): Readonly<Media> {
  return mentions(request.body, ...HINTS) ? sumOf(request.chat(), target) : NO_MEDIA;
}

/** A document may have more pages than bytes tell: it is taken for all the model can read. */
const WINDOW_TOKENS = 200_000;

export function windowOf(target: Target): number {
  const model = target.provider.definition.models.find(({ id }) => id === target.model);
  return model?.contextWindow ?? WINDOW_TOKENS;
}

function sumOf(chat: ChatRequest, target: Target): Media {
  const sum: Media = { characters: 0, tokens: 0, audioTokens: 0 };
  for (const { content } of chat.messages)
    for (const item of content) {
      add(sum, item, target);
      if (item.type === 'tool-result') for (const part of item.content) add(sum, part, target);
    }
  return sum;
}

/** Seconds of sound are at least a thousand bytes; no provider counts more than forty tokens for one. */
const BYTES_PER_AUDIO_TOKEN = 25;

function add(sum: Media, content: Content, target: Target): void {
  switch (content.type) {
    case 'image': {
      const data = content.source.kind === 'base64' ? content.source.data : undefined;
      sum.characters += data?.length ?? 0;
      const isMeasured = data !== undefined && imageSize(data) !== undefined;
      sum.tokens += isMeasured ? Math.max(imageTokens(target.model, content), 1) : mostImageTokens(target.model);
      break;
    }
    case 'audio':
      sum.characters += content.data.length;
      sum.audioTokens += Math.ceil((content.data.length * 0.75) / BYTES_PER_AUDIO_TOKEN);
      break;
    case 'file':
      if (content.source.kind === 'text') break;
      if (content.source.kind === 'base64') sum.characters += content.source.data.length;
      sum.tokens += windowOf(target);
      break;
    case 'opaque':
      sum.tokens += opaqueTokens(content, target);
      break;
  }
}

/** Beyond its bytes, of content that Weir does not read: what only points at something can be as long as it likes. */
function opaqueTokens({ wire, name }: OpaqueContent, target: Target): number {
  if (name === 'computer_call_output') return mostImageTokens(target.model);
  const isUnknownPart = wire === 'openai-chat' && name !== 'custom_tool_call';
  return isUnknownPart || name === 'item_reference' || name.startsWith('input_') ? windowOf(target) : 0;
}
