import { asArray, asNumber, asString, isObject, parseJson } from '../../kernel/json.ts';
import type { CachedReply } from '../../ports/reply-cache.ts';

/** Tells our entries from whatever else is under the name, and this form of them from others. */
const MAGIC = Buffer.from('weir1');
const HEAD = MAGIC.length + 8;

/** magic · length of the head · length of the body · head as JSON · body as it is. */
export function encodeEntry({ body, ...head }: CachedReply): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(json.length, 0);
  lengths.writeUInt32BE(body.length, 4);
  return Buffer.concat([MAGIC, lengths, json, body]);
}

/** Undefined for bytes that are not a whole entry. */
export function decodeEntry(bytes: Buffer): CachedReply | undefined {
  if (bytes.length < HEAD || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const bodyAt = HEAD + bytes.readUInt32BE(MAGIC.length);
  if (bytes.length !== bodyAt + bytes.readUInt32BE(MAGIC.length + 4)) return undefined;
  const head = parseJson(bytes.toString('utf8', HEAD, bodyAt));
  if (!isObject(head) || !isHead(head)) return undefined;
  return { ...(head as unknown as Omit<CachedReply, 'body'>), body: bytes.subarray(bodyAt) };
}

function isHead(head: Record<string, unknown>): boolean {
  const { form, tailAt, usage } = head;
  return (
    (form === 'whole' || form === 'stream') &&
    asNumber(tailAt) !== undefined &&
    isObject(usage) &&
    [head.contentType, head.provider, head.model].every((text) => asString(text) !== undefined) &&
    asNumber(head.costNanoUsd) !== undefined &&
    asArray(head.dropped) !== undefined &&
    asArray(head.findings) !== undefined
  );
}
