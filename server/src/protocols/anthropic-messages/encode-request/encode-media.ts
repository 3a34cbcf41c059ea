import type { FileContent, ImageContent, MediaSource } from '../../../kernel/chat.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { Encoding } from './encoding.ts';

export function encodeImage(image: ImageContent, encoding: Encoding): JsonObject | undefined {
  const source = encodeSource(image.source, encoding);
  if (source === undefined) {
    encoding.drop('messages.image.file_id');
    return undefined;
  }
  if (image.detail !== undefined && image.detail !== 'auto') encoding.drop('messages.image_url.detail');
  return { type: 'image', source };
}

export function encodeFile(file: FileContent, encoding: Encoding): JsonObject | undefined {
  const { source } = file;
  if (source.kind === 'base64' && source.mediaType.startsWith('image/')) {
    return encodeImage({ type: 'image', source }, encoding);
  }
  const document = encodeDocumentSource(source, encoding);
  if (document === undefined) {
    encoding.drop('messages.file');
    return undefined;
  }
  return file.filename === undefined
    ? { type: 'document', source: document }
    : { type: 'document', source: document, title: file.filename };
}

/** The wire reads PDF and plain text, nothing else. */
function encodeDocumentSource(source: FileContent['source'], encoding: Encoding): JsonObject | undefined {
  if (source.kind === 'text') return textSource(source.text);
  if (source.kind !== 'base64') return encodeSource(source, encoding);
  const mediaType = source.mediaType.toLowerCase();
  if (mediaType === 'application/pdf') return { type: 'base64', media_type: 'application/pdf', data: source.data };
  if (mediaType.startsWith('text/') || mediaType === 'application/json') {
    return textSource(Buffer.from(source.data, 'base64').toString('utf8'));
  }
  return undefined;
}

function textSource(text: string): JsonObject | undefined {
  return text === '' ? undefined : { type: 'text', media_type: 'text/plain', data: text };
}

/** File ids belong to the provider that gave them: only a client of this wire can name one of Anthropic's. */
function encodeSource(source: MediaSource, encoding: Encoding): JsonObject | undefined {
  switch (source.kind) {
    case 'base64':
      return { type: 'base64', media_type: source.mediaType, data: source.data };
    case 'url':
      return { type: 'url', url: source.url };
    case 'file-id':
      return encoding.isOwnWire ? { type: 'file', file_id: source.fileId } : undefined;
  }
}
