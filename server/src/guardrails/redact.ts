import type { Detection } from '../ports/guardrail.ts';

/**
 * The text with every detection replaced by a placeholder such as `[EMAIL]`. Where detections overlap, the first one (the longer
 * one when both start at the same place) names the placeholder and the whole overlapping run is replaced, so nothing of any of them stays.
 */
export function redact(text: string, detections: readonly Detection[]): string {
  if (detections.length === 0) return text;
  const ordered = detections
    .filter(({ start, end }) => end > start)
    .sort((left, right) => left.start - right.start || right.end - left.end);
  let redacted = '';
  let position = 0;
  for (const { type, start, end } of ordered) {
    if (start >= position) redacted += `${text.slice(position, start)}[${type.toUpperCase()}]`;
    position = Math.max(position, end);
  }
  return redacted + text.slice(position);
}
