import { join } from 'node:path';
import { piiDetector } from '../../server/src/guardrails/pii/detect-pii.ts';
import type { Detection } from '../../server/src/ports/guardrail.ts';
import { readJsonLines } from '../injection-model/rows.ts';
import { percent, printTable } from './table.ts';

interface Span {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

interface PiiRow {
  readonly text: string;
  readonly source: string;
  readonly spans: readonly Span[];
}

const STRUCTURED = new Set(
  'EMAIL_ADDRESS PHONE_NUMBER US_SSN CREDIT_CARD IBAN_CODE IP_ADDRESS MAC_ADDRESS UK_NINO UK_NHS BR_CPF PL_PESEL IN_AADHAAR CRYPTO_ADDRESS'.split(
    ' ',
  ),
);
/** Share of a span that a detection must cover. */
const MIN_OVERLAP = 0.8;

/** Structured types only: names, places and dates are not looked for, and a detection inside such a span is not counted as wrong. */
export function evaluatePii(directory: string): string[] {
  const rows = readJsonLines<PiiRow>(join(directory, 'pii.jsonl'));
  const found = new Map<string, { hit: number; all: number }>();
  let wrong = 0;
  let right = 0;
  let hard = { flagged: 0, all: 0 };
  for (const { text, source, spans } of rows) {
    const { detections } = piiDetector.full(text, 'user');
    for (const span of spans.filter(({ type }) => STRUCTURED.has(type))) {
      const count = found.get(span.type) ?? { hit: 0, all: 0 };
      const isHit = detections.some((detection) => covers(detection, span));
      found.set(span.type, { hit: count.hit + (isHit ? 1 : 0), all: count.all + 1 });
      if (isHit) right += 1;
    }
    wrong += detections.filter((detection) => !spans.some((span) => touches(detection, span))).length;
    if (source.includes('hard-negative'))
      hard = { flagged: hard.flagged + (detections.length > 0 ? 1 : 0), all: hard.all + 1 };
  }
  const all = [...found.values()].reduce((sum, count) => sum + count.all, 0);
  console.log('\nPII, structured types\n');
  printTable([
    ['type', 'spans', 'found'],
    ...[...found].map(([type, { hit, all }]) => [type, String(all), percent(hit, all)]),
  ]);
  console.log(
    `\nrecall ${percent(right, all)}, precision ${percent(right, right + wrong)}, hard negatives flagged ${percent(hard.flagged, hard.all)}`,
  );
  return [
    ...(right < all * 0.98 ? ['PII recall below 98%'] : []),
    ...(right < (right + wrong) * 0.95 ? ['PII precision below 95%'] : []),
    ...(hard.flagged > hard.all * 0.03 ? ['PII hard negatives above 3%'] : []),
  ];
}

function touches({ start, end }: Detection, span: Span): boolean {
  return start < span.end && end > span.start;
}

function covers(detection: Detection, span: Span): boolean {
  const overlap = Math.min(detection.end, span.end) - Math.max(detection.start, span.start);
  return overlap >= (span.end - span.start) * MIN_OVERLAP;
}
