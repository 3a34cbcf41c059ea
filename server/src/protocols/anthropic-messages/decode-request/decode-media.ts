import type { FileContent, ImageContent, MediaSource, OpaqueContent } from '../../../kernel/chat.ts';
import { compact, type JsonObject } from '../../../kernel/json.ts';
import { optionalString, requireObject, requireString } from './check-fields.ts';

export function decodeImage(block: JsonObject, param: string): ImageContent | OpaqueContent {
  const source = decodeSource(requireObject(block.source, `${param}.source`), `${param}.source`);
  return source === undefined ? opaque(block) : { type: 'image', source };
}

export function decodeDocument(block: JsonObject, param: string): FileContent | OpaqueContent {
  const source = requireObject(block.source, `${param}.source`);
  const filename = optionalString(block.title, `${param}.title`);
  if (source.type === 'text') {
    const text = requireString(source.data, `${param}.source.data`);
    return { type: 'file', source: { kind: 'text', text }, ...compact({ filename }) };
  }
  const decoded = decodeSource(source, `${param}.source`);
  return decoded === undefined ? opaque(block) : { type: 'file', source: decoded, ...compact({ filename }) };
}

/** undefined for a source only this wire knows (a list of blocks, or a kind that is newer than this code). */
function decodeSource(source: JsonObject, param: string): MediaSource | undefined {
  switch (requireString(source.type, `${param}.type`)) {
    case 'base64':
      return {
        kind: 'base64',
        mediaType: requireString(source.media_type, `${param}.media_type`),
        data: requireString(source.data, `${param}.data`),
      };
    case 'url':
      return { kind: 'url', url: requireString(source.url, `${param}.url`) };
    case 'file':
      return { kind: 'file-id', fileId: requireString(source.file_id, `${param}.file_id`) };
    default:
      return undefined;
  }
}

function opaque(block: JsonObject): OpaqueContent {
  return { type: 'opaque', wire: 'anthropic-messages', name: String(block.type), value: block };
}
