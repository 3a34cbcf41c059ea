import type { MediaSource } from '../../kernel/chat.ts';

/** A base64 `data:` URL becomes its bytes, any other URL stays one. */
export function decodeMediaUrl(url: string): MediaSource {
  const comma = url.startsWith('data:') ? url.indexOf(',') : -1;
  if (comma < 0) return { kind: 'url', url };
  const header = url.slice('data:'.length, comma);
  if (!header.endsWith(';base64')) return { kind: 'url', url };
  const mediaType = header.slice(0, header.indexOf(';'));
  return {
    kind: 'base64',
    mediaType: mediaType === '' ? 'application/octet-stream' : mediaType,
    data: url.slice(comma + 1),
  };
}

/** Undefined for file ids, which no URL can express. */
export function encodeMediaUrl(source: MediaSource): string | undefined {
  if (source.kind === 'base64') return `data:${source.mediaType};base64,${source.data}`;
  return source.kind === 'url' ? source.url : undefined;
}
