import type { Content } from '../../kernel/chat.ts';
import { invalidRequest } from '../../kernel/errors.ts';
import { asObject, asString, isObject, type Json, type JsonObject } from '../../kernel/json.ts';
import { decodeMediaUrl } from './data-url.ts';

/** Reads a message's `content`: a string, an array of parts, or nothing. An empty string is no content. */
export function decodeContent(content: Json | undefined, param: string): Content[] {
  if (content === undefined || content === null || content === '') return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw invalidRequest(param, 'expected a string or an array of parts');
  return content.map((part, index) => {
    if (!isObject(part)) throw invalidRequest(`${param}[${index}]`, 'expected an object');
    const cacheControl = part.cache_control;
    const decoded = decodePart(part, `${param}[${index}]`);
    return cacheControl === undefined ? decoded : { ...decoded, cacheControl };
  });
}

function decodePart(part: JsonObject, param: string): Content {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: requireString(part.text, `${param}.text`) };
    case 'refusal':
      return { type: 'refusal', text: requireString(part.refusal, `${param}.refusal`) };
    case 'image_url':
      return decodeImage(part.image_url, `${param}.image_url`);
    case 'input_audio': {
      const audio = asObject(part.input_audio) ?? {};
      const data = requireString(audio.data, `${param}.input_audio.data`);
      return { type: 'audio', data, format: asString(audio.format) ?? 'wav' };
    }
    case 'file':
      return decodeFile(asObject(part.file), `${param}.file`);
    default:
      // Parts of compatible servers (video_url and the like): for this wire only.
      return { type: 'opaque', wire: 'openai-chat', name: requireString(part.type, `${param}.type`), value: part };
  }
}

function decodeImage(image: Json | undefined, param: string): Content {
  // Some clients send the URL itself instead of {url}.
  const object = typeof image === 'string' ? { url: image } : asObject(image);
  const source = decodeMediaUrl(requireString(object?.url, `${param}.url`));
  const detail = asString(object?.detail);
  return { type: 'image', source, ...(detail === undefined ? {} : { detail }) };
}

function decodeFile(file: JsonObject | undefined, param: string): Content {
  const name = asString(file?.filename);
  const filename = name === undefined ? {} : { filename: name };
  const fileId = asString(file?.file_id);
  if (fileId !== undefined) return { type: 'file', source: { kind: 'file-id', fileId }, ...filename };
  const data = requireString(file?.file_data, `${param}.file_data`);
  const source = data.startsWith('data:')
    ? decodeMediaUrl(data)
    : { kind: 'base64' as const, mediaType: 'application/pdf', data };
  return { type: 'file', source, ...filename };
}

export function requireString(value: Json | undefined, param: string): string {
  if (typeof value !== 'string') throw invalidRequest(param, 'expected a string');
  return value;
}
