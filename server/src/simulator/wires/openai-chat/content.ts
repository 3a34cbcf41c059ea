import { isObject, type JsonObject, objectsIn, stringOf } from '../../json.ts';
import type { Medium } from '../../mind/turn.ts';

export interface ReadContent {
  text: string;
  media: Medium[];
}

/** Text and media of an OpenAI `content` field: a string, or parts of the chat or the responses wire. */
export function readContent(content: unknown): ReadContent {
  if (typeof content === 'string') return { text: content, media: [] };
  const read: ReadContent = { text: '', media: [] };
  for (const part of objectsIn(content)) {
    const text = stringOf(part.text) ?? stringOf(part.refusal);
    if (text !== undefined) read.text += read.text === '' ? text : `\n${text}`;
    const medium = readMedium(part);
    if (medium) read.media.push(medium);
  }
  return read;
}

function readMedium(part: JsonObject): Medium | undefined {
  switch (part.type) {
    case 'image_url':
      return { kind: 'image', label: labelOfUrl(isObject(part.image_url) ? part.image_url.url : part.image_url) };
    case 'input_image':
      return { kind: 'image', label: labelOfUrl(part.image_url ?? part.file_id) };
    case 'input_audio': {
      const audio = isObject(part.input_audio) ? part.input_audio : {};
      return { kind: 'audio', label: `${String(audio.format)}, ${base64Bytes(stringOf(audio.data) ?? '')} bytes` };
    }
    case 'file':
    case 'input_file': {
      const file = isObject(part.file) ? part.file : part;
      return { kind: 'file', label: String(file.filename ?? file.file_id ?? file.file_url ?? 'unnamed') };
    }
    default:
      return undefined;
  }
}

function labelOfUrl(url: unknown): string {
  const data = /^data:([^;,]+);base64,(.*)$/s.exec(String(url));
  return data ? `${data[1]}, ${base64Bytes(data[2] ?? '')} bytes` : String(url);
}

export function base64Bytes(text: string): number {
  return Buffer.from(text, 'base64').length;
}
