import type { Content, FileContent, ImageContent } from '../../../kernel/chat.ts';
import { compact, type JsonObject } from '../../../kernel/json.ts';
import { encodeMediaUrl } from '../../openai-chat/data-url.ts';
import type { DroppedNames } from './dropped-names.ts';

/** Content of a user, system or developer message, or of a tool's output. What the wire cannot carry is dropped by name. */
export function encodeInputContent(content: readonly Content[], dropped: DroppedNames): JsonObject[] {
  return content.flatMap((block) => {
    if (block.cacheControl !== undefined) dropped.add('cache_control');
    switch (block.type) {
      case 'text':
      case 'refusal':
        return [{ type: 'input_text', text: block.text }];
      case 'image':
        return [encodeImage(block)];
      case 'file':
        return [encodeFile(block)];
      case 'audio':
        dropped.add('input_audio');
        return [];
      case 'opaque':
        if (block.wire === 'openai-responses') return [block.value as JsonObject];
        dropped.add(block.name);
        return [];
      default:
        return [];
    }
  });
}

function encodeImage(block: ImageContent): JsonObject {
  const { source } = block;
  const detail = block.detail ?? 'auto';
  if (source.kind === 'file-id') return { type: 'input_image', file_id: source.fileId, detail };
  return { type: 'input_image', image_url: encodeMediaUrl(source), detail };
}

function encodeFile(block: FileContent): JsonObject {
  const { source, filename } = block;
  if (source.kind === 'text') return { type: 'input_text', text: source.text };
  if (source.kind === 'file-id') return { type: 'input_file', file_id: source.fileId };
  if (source.kind === 'url') return compact({ type: 'input_file', file_url: source.url, filename });
  return {
    type: 'input_file',
    file_data: encodeMediaUrl(source),
    filename: filename ?? defaultFilename(source.mediaType),
  };
}

/** The wire wants a name with every inline file. */
function defaultFilename(mediaType: string): string {
  return `document.${mediaType.split('/')[1]?.replace(/[^a-z0-9]/gi, '') || 'bin'}`;
}
