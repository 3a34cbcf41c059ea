import type { IncomingMessage } from 'node:http';
import { type MultipartForm, parseMultipart } from './multipart.ts';

const LARGEST = 64 * 1024 * 1024;

export interface RequestBody {
  /** Parsed JSON; undefined when there is none or it cannot be parsed. */
  json: unknown;
  form: MultipartForm | undefined;
  /** Size as sent. */
  bytes: number;
  /** What the journal keeps. */
  seen: unknown;
  problem?: 'not_json' | 'too_large';
}

/** The whole body, or undefined when the client went away before it was complete. */
export async function readBody(request: IncomingMessage): Promise<RequestBody | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= LARGEST) chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  if (size > LARGEST) return { json: undefined, form: undefined, bytes: size, seen: null, problem: 'too_large' };
  return interpret(Buffer.concat(chunks), request.headers['content-type'] ?? '');
}

function interpret(content: Buffer, contentType: string): RequestBody {
  const body = { json: undefined, form: undefined, bytes: content.length, seen: null };
  if (content.length === 0) return body;
  if (/^multipart\/form-data/i.test(contentType)) {
    const form = parseMultipart(content, contentType);
    const files = form?.files.map(({ bytes, ...file }) => ({ ...file, size: bytes.length }));
    return { ...body, form, seen: form ? { fields: form.fields, files } : null };
  }
  try {
    const json: unknown = JSON.parse(content.toString());
    return { ...body, json, seen: json };
  } catch {
    return { ...body, seen: content.toString(), problem: 'not_json' };
  }
}
