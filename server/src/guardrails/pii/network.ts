import type { Detection } from '../../ports/guardrail.ts';

const VERSION_BEFORE =
  /(?:\bv(?:er(?:sion)?)?|release|build|firmware|section|chapter|clause|rfc|driver|update|patch|§)\.?[\s:]{0,2}$/i;
const MAX_TRIES = 2000;
const IPV4 = /\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b/g;
/** Nobody's address: unspecified, loopback, net masks and broadcast. */
const NOBODY = /^(?:0\.0\.0\.0|127\.|255\.)/;
const HEX_GROUPS = /(?<![\w:.])(?:[0-9a-fA-F]{0,4}:){2,7}(?:[0-9a-fA-F]{1,4})?(?:(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])/g;
const MAC = /(?<![\w:-])[0-9a-fA-F]{2}(?:(?::[0-9a-fA-F]{2}){5}|(?:-[0-9a-fA-F]{2}){5})(?![\w:-])/g;

/** IP and MAC addresses. */
export function findNetworkAddresses(text: string): Detection[] {
  const detections: Detection[] = [];
  const push = (type: string, match: RegExpExecArray, score: number) => {
    detections.push({ type, start: match.index, end: match.index + match[0].length, score });
  };
  if (hasThreeDots(text)) {
    let tries = 0;
    for (const match of text.matchAll(IPV4)) {
      if (++tries > MAX_TRIES) break;
      const before = text.slice(Math.max(0, match.index - 14), match.index);
      const after = text.slice(match.index + match[0].length, match.index + match[0].length + 2);
      const isPartOfMore = /[\w.-]$/.test(before) || /^(?:\.\d|-\d|-[a-z])/.test(after);
      if (!isPartOfMore && !NOBODY.test(match[0]) && !VERSION_BEFORE.test(before)) push('ip_address', match, 0.9);
    }
  }
  if (text.includes(':')) {
    for (const match of text.matchAll(HEX_GROUPS)) if (isIpv6(match[0])) push('ip_address', match, 0.95);
  }
  if (/[0-9a-fA-F]{2}[:-][0-9a-fA-F]{2}[:-][0-9a-fA-F]{2}/.test(text)) {
    for (const match of text.matchAll(MAC)) push('mac_address', match, 0.9);
  }
  return detections;
}

function hasThreeDots(text: string): boolean {
  const first = text.indexOf('.');
  const second = first < 0 ? -1 : text.indexOf('.', first + 1);
  return second >= 0 && text.indexOf('.', second + 1) >= 0;
}

function isIpv6(candidate: string): boolean {
  if (candidate === '::' || candidate === '::1' || candidate.includes(':::')) return false;
  const halves = candidate.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => half.split(':').filter((group) => group !== ''));
  const size = groups.reduce((sum, group) => sum + (group.includes('.') ? 2 : 1), 0);
  const edgesAreClean = halves.length === 2 || (!candidate.startsWith(':') && !candidate.endsWith(':'));
  // Times such as 10:22:31 have too few groups; a compressed address must show a hexadecimal group of three or more.
  return (
    edgesAreClean &&
    (halves.length === 2 ? size >= 2 && size <= 7 && groups.some((group) => group.length >= 3) : size === 8)
  );
}
