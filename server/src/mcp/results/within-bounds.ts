import { WeirError } from '../../kernel/errors.ts';

/** Deeper things break whoever walks them by calling itself. */
const MAX_DEPTH = 64;

/** Throws `upstream.bad_reply` for what a server made too deep or too large to be kept; gives its JSON. */
export function assertWithinBounds(value: unknown, of: { maxBytes: number; what: string }): string {
  if (!isWithinDepth(value, MAX_DEPTH)) {
    throw new WeirError('upstream.bad_reply', {
      retryable: false,
      message: `${of.what} is nested deeper than ${MAX_DEPTH}.`,
    });
  }
  const json = JSON.stringify(value) ?? 'null';
  if (Buffer.byteLength(json) > of.maxBytes) {
    throw new WeirError('upstream.bad_reply', {
      retryable: false,
      message: `${of.what} is larger than max_result_bytes (${of.maxBytes}).`,
      details: { limit: of.maxBytes },
    });
  }
  return json;
}

/** Level by level, so that no depth is too deep to be looked at. */
export function isWithinDepth(value: unknown, maxDepth: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return false;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    level = level.filter((item) => typeof item === 'object' && item !== null);
  }
  return true;
}
