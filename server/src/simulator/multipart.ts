export interface MultipartFile {
  name: string;
  filename: string;
  contentType: string;
  bytes: Buffer;
}

export interface MultipartForm {
  fields: Record<string, string>;
  files: MultipartFile[];
}

/** Splits a multipart/form-data body; nothing when the content type names no boundary. */
export function parseMultipart(body: Buffer, contentType: string): MultipartForm | undefined {
  const boundary = /boundary=(?:"([^"]+)"|([^;]+))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2]?.trim();
  if (name === undefined) return undefined;
  const form: MultipartForm = { fields: {}, files: [] };
  for (const part of splitParts(body, Buffer.from(`--${name}`))) readPart(part, form);
  return form;
}

function* splitParts(body: Buffer, delimiter: Buffer): Generator<Buffer> {
  let start = body.indexOf(delimiter);
  while (start >= 0) {
    const end = body.indexOf(delimiter, start + delimiter.length);
    if (end < 0) return;
    yield body.subarray(start + delimiter.length + 2, end - 2);
    start = end;
  }
}

function readPart(part: Buffer, form: MultipartForm): void {
  const headEnd = part.indexOf('\r\n\r\n');
  if (headEnd < 0) return;
  const head = part.subarray(0, headEnd).toString();
  const bytes = part.subarray(headEnd + 4);
  const name = /[; ]name="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return;
  const filename = /filename="([^"]*)"/i.exec(head)?.[1];
  if (filename === undefined) {
    form.fields[name] = bytes.toString();
    return;
  }
  const contentType = /^content-type: *(.+)$/im.exec(head)?.[1]?.trim() ?? 'application/octet-stream';
  form.files.push({ name, filename, contentType, bytes });
}
