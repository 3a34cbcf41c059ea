import type { Content, FileContent, ImageContent } from '../../kernel/chat.ts';
import { compact, type Json, type JsonObject } from '../../kernel/json.ts';
import { encodeMediaUrl } from './data-url.ts';

/** Names of what the wire cannot say, each once. */
export type Dropped = Set<string>;

/**
 * `content` of a system, developer or user message: a string when it is one text, else parts. Undefined when nothing of
 * it can be said on this wire.
 */
export function encodeContent(content: readonly Content[], dropped: Dropped): string | Json[] | undefined {
  const first = content[0];
  if (content.length === 0) return '';
  if (content.length === 1 && first?.type === 'text') return noteLosses(first, dropped).text;
  const parts = encodeParts(content, dropped);
  return parts.length === 0 ? undefined : parts;
}

export function encodeParts(content: readonly Content[], dropped: Dropped): Json[] {
  const parts: Json[] = [];
  for (const item of content) {
    const part = encodePart(noteLosses(item, dropped), dropped);
    if (part !== undefined) parts.push(part);
  }
  return parts;
}

/** Texts of assistant and tool messages: many compatible servers take only a string there. */
export function joinTexts(content: readonly Content[], separator: string, dropped: Dropped): string {
  const texts: string[] = [];
  for (const item of content) if (item.type === 'text') texts.push(noteLosses(item, dropped).text);
  return texts.join(separator);
}

/** Prompt-cache marks and citations have no place on this wire. */
export function noteLosses<C extends Content>(content: C, dropped: Dropped): C {
  if (content.cacheControl !== undefined) dropped.add('cache_control');
  if (content.type === 'text' && content.annotations !== undefined) dropped.add('annotations');
  return content;
}

function encodePart(content: Content, dropped: Dropped): JsonObject | undefined {
  switch (content.type) {
    case 'text':
      return { type: 'text', text: content.text };
    case 'image':
      return encodeImage(content, dropped);
    case 'audio':
      return { type: 'input_audio', input_audio: { data: content.data, format: content.format } };
    case 'file':
      return encodeFile(content, dropped);
    case 'refusal':
      return { type: 'refusal', refusal: content.text };
    case 'opaque':
      if (content.wire === 'openai-chat') return content.value as JsonObject;
      dropped.add(content.name);
      return undefined;
    default:
      dropped.add(content.type);
      return undefined;
  }
}

function encodeImage(image: ImageContent, dropped: Dropped): JsonObject | undefined {
  const url = encodeMediaUrl(image.source);
  if (url === undefined) {
    dropped.add('image');
    return undefined;
  }
  return { type: 'image_url', image_url: compact({ url, detail: image.detail }) };
}

function encodeFile({ source, filename }: FileContent, dropped: Dropped): JsonObject | undefined {
  if (source.kind === 'text') return { type: 'text', text: source.text };
  if (source.kind === 'file-id') return { type: 'file', file: compact({ file_id: source.fileId, filename }) };
  if (source.kind === 'url') {
    // file_data must be the bytes; nobody fetches an address for us.
    dropped.add('document.url');
    return undefined;
  }
  return { type: 'file', file: { filename: filename ?? 'document', file_data: encodeMediaUrl(source) } };
}
