import type { Content, MediaSource } from '../../../kernel/chat.ts';
import { invalidRequest } from '../../../kernel/errors.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import { decodeMediaUrl } from '../../openai-chat/data-url.ts';
import { entryObject, readObject, readString, requireString } from './read-field.ts';

/** `content` of a message item: plain text or a list of typed parts. */
export function decodeContent(value: Json | undefined, at: string): Content[] {
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  if (!Array.isArray(value)) throw invalidRequest(at, 'must be a string or a list of content parts.');
  return value.map((entry, index) => decodePart(entryObject(entry, `${at}[${index}]`), `${at}[${index}].`));
}

function decodePart(part: JsonObject, at: string): Content {
  const type = requireString(part, 'type', at);
  switch (type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return decodeText(part, at);
    case 'refusal':
      return { type: 'refusal', text: requireString(part, 'refusal', at) };
    case 'input_image':
      return decodeImage(part, at);
    case 'input_file':
      return decodeFile(part, at);
    case 'input_audio':
      return decodeAudio(part, at);
    default:
      return { type: 'opaque', wire: 'openai-responses', name: type, value: part };
  }
}

function decodeText(part: JsonObject, at: string): Content {
  const text = requireString(part, 'text', at);
  const annotations = part.annotations;
  return Array.isArray(annotations) && annotations.length > 0
    ? { type: 'text', text, annotations }
    : { type: 'text', text };
}

function decodeImage(part: JsonObject, at: string): Content {
  const detail = readString(part, 'detail', at);
  const url = readString(part, 'image_url', at);
  const fileId = readString(part, 'file_id', at);
  if (url === undefined && fileId === undefined) {
    throw invalidRequest(`${at}image_url`, 'is required unless file_id is given.');
  }
  const source: MediaSource = url === undefined ? { kind: 'file-id', fileId: fileId ?? '' } : decodeMediaUrl(url);
  return detail === undefined ? { type: 'image', source } : { type: 'image', source, detail };
}

function decodeFile(part: JsonObject, at: string): Content {
  const filename = readString(part, 'filename', at);
  const source = fileSource(part, at);
  return filename === undefined ? { type: 'file', source } : { type: 'file', source, filename };
}

function fileSource(part: JsonObject, at: string): MediaSource {
  const data = readString(part, 'file_data', at);
  if (data !== undefined) {
    const source = decodeMediaUrl(data);
    return source.kind === 'url' ? { kind: 'base64', mediaType: 'application/pdf', data } : source;
  }
  const url = readString(part, 'file_url', at);
  if (url !== undefined) return { kind: 'url', url };
  const fileId = readString(part, 'file_id', at);
  if (fileId !== undefined) return { kind: 'file-id', fileId };
  throw invalidRequest(`${at}file_data`, 'is required unless file_url or file_id is given.');
}

function decodeAudio(part: JsonObject, at: string): Content {
  const audio = readObject(part, 'input_audio', at);
  if (audio === undefined) throw invalidRequest(`${at}input_audio`, 'is required.');
  const inner = `${at}input_audio.`;
  return { type: 'audio', data: requireString(audio, 'data', inner), format: requireString(audio, 'format', inner) };
}
