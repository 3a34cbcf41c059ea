import type { Detection } from '../../ports/guardrail.ts';

const LOCAL = /[\p{L}\p{N}._%+'&-]/u;
const MAX_LOCAL = 64;
const DOMAIN =
  /(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}(?:xn--[a-z0-9-]{2,59}|\p{L}{2,24})(?![\p{L}\p{N}_-]|\.[\p{L}\p{N}])/uy;

/** E-mail addresses, from each `@` outwards. */
export function findEmails(text: string): Detection[] {
  const detections: Detection[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const found = emailAt(text, at);
    if (found !== undefined) detections.push(found);
  }
  return detections;
}

/** The address around the `@` at this place. */
export function emailAt(text: string, at: number): Detection | undefined {
  let start = at;
  while (start > 0 && at - start < MAX_LOCAL && LOCAL.test(text.charAt(start - 1))) start -= 1;
  while (start < at && /[.'&%-]/.test(text.charAt(start))) start += 1;
  if (start === at || text[at - 1] === '.') return undefined;
  DOMAIN.lastIndex = at + 1;
  const domain = DOMAIN.exec(text);
  return domain === null ? undefined : { type: 'email', start, end: at + 1 + domain[0].length, score: 0.95 };
}
