/** Random bytes drawn in bulk: one system call per 16 KiB instead of one per id. */
const pool = Buffer.allocUnsafe(16_384);
let used = pool.length;

export function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const hex = pool.toString('hex', used, used + bytes);
  used += bytes;
  return hex;
}

/** UUIDv7 (RFC 9562): sorts by creation time. */
export function uuidV7(nowMs: number): string {
  const hex = uuidHex(nowMs);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A request id: `req_` and a UUIDv7 without dashes, so ids sort by time in the ledger. */
export function requestId(nowMs: number): string {
  return `req_${uuidHex(nowMs)}`;
}

let timeMs = -1;
let timeHex = '';

function uuidHex(nowMs: number): string {
  // Many ids are made within a millisecond.
  if (nowMs !== timeMs) {
    timeMs = nowMs;
    timeHex = nowMs.toString(16).padStart(12, '0');
  }
  const random = randomHex(10);
  const variant = ((Number.parseInt(random[3] ?? '0', 16) & 0x3) | 0x8).toString(16);
  return `${timeHex}7${random.slice(0, 3)}${variant}${random.slice(4, 19)}`;
}
