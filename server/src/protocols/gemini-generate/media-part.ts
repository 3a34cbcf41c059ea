import type { FileContent, ImageContent, MediaSource } from '../../kernel/chat.ts';
import type { JsonObject } from '../../kernel/json.ts';

const TYPES_BY_ENDING: Readonly<Record<string, string>> = {
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  heic: 'image/heic',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  mp3: 'audio/mp3',
  wav: 'audio/wav',
  mp4: 'video/mp4',
};

/** Undefined when the source means nothing to Google. */
export function mediaPart(source: MediaSource, fallbackType: string): JsonObject | undefined {
  if (source.kind === 'base64') return { inlineData: { mimeType: source.mediaType, data: source.data } };
  if (source.kind === 'url') {
    const mimeType = source.mediaType ?? typeOfUrl(source.url) ?? fallbackType;
    return { fileData: { mimeType, fileUri: source.url } };
  }
  // Google's file store names its files by address; other ids are another provider's.
  return source.fileId.startsWith('https://') || source.fileId.startsWith('gs://')
    ? { fileData: { mimeType: typeOfUrl(source.fileId) ?? fallbackType, fileUri: source.fileId } }
    : undefined;
}

export function imagePart(image: ImageContent): JsonObject | undefined {
  return mediaPart(image.source, 'image/jpeg');
}

export function filePart({ source }: FileContent): JsonObject | undefined {
  return source.kind === 'text' ? { text: source.text } : mediaPart(source, 'application/pdf');
}

function typeOfUrl(url: string): string | undefined {
  const ending = /\.([a-z0-9]{2,5})(?:[?#]|$)/i.exec(url)?.[1];
  return ending === undefined ? undefined : TYPES_BY_ENDING[ending.toLowerCase()];
}
