import type { AudioContent, FileContent, ImageContent } from '../../kernel/chat.ts';
import type { JsonObject } from '../../kernel/json.ts';

const IMAGE_FORMATS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/jpg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};
const DOCUMENT_FORMATS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};

/** Undefined for what the wire does not take: it fetches nothing from the web. */
export function imageBlock({ source }: ImageContent): JsonObject | undefined {
  if (source.kind !== 'base64') return undefined;
  const format = IMAGE_FORMATS[source.mediaType.toLowerCase()];
  return format === undefined ? undefined : { image: { format, source: { bytes: source.data } } };
}

export function audioBlock({ format, data }: AudioContent): JsonObject {
  return { audio: { format, source: { bytes: data } } };
}

export function documentBlock({ source, filename }: FileContent): JsonObject | undefined {
  const name = documentName(filename);
  if (source.kind === 'text') return { document: { format: 'txt', name, source: { text: source.text } } };
  if (source.kind !== 'base64') return undefined;
  const type = source.mediaType.toLowerCase();
  if (IMAGE_FORMATS[type] !== undefined) return imageBlock({ type: 'image', source });
  const format = DOCUMENT_FORMATS[type];
  return format === undefined ? undefined : { document: { format, name, source: { bytes: source.data } } };
}

/** Names may hold letters, digits, single spaces, hyphens, parentheses and brackets. */
function documentName(filename: string | undefined): string {
  const withoutEnding = (filename ?? '').replace(/\.[^.]*$/, '');
  const name = withoutEnding
    .replace(/[^a-zA-Z0-9\-()[\]]+/g, ' ')
    .trim()
    .slice(0, 200);
  return name === '' ? 'document' : name;
}
