import type { LogAnalysis } from '../analyze-lines.ts';
import { DEFAULT_SEVERITY_RATES } from '../solver/default-rates.ts';
import type { Solution } from '../solver/solve-rates.ts';
import { isProtected } from '../traffic.ts';
import { bytesText, percentText, usdText } from './texts.ts';

const BYTES_PER_GB = 1e9;
const DAY_MS = 86_400_000;

/** Why the rates are what they are, in sentences with the numbers of the window. */
export function explainPolicy(of: { analysis: LogAnalysis; solution: Solution; usdPerGb: number }): string {
  const { analysis, solution } = of;
  const { expectation, target, rates } = solution;
  const perDay = (bytes: number) => (bytes * DAY_MS) / (analysis.to - analysis.from);
  const money = (bytes: number) => usdText((perDay(bytes) / BYTES_PER_GB) * of.usdPerGb);
  const errorBytes = analysis.groups.reduce((sum, { severity, bytes }) => sum + (isProtected(severity) ? bytes : 0), 0);
  const share = percentText(expectation.keptBytes, expectation.bytes);
  const sentences = [
    `Of ${bytesText(perDay(expectation.bytes))} a day (${money(expectation.bytes)}) ${share} are kept: ${bytesText(
      perDay(expectation.keptBytes),
    )} (${money(expectation.keptBytes)}).`,
    `Errors are ${percentText(errorBytes, expectation.bytes)} of the bytes and always kept.`,
  ];
  if (target === undefined) {
    const { DEBUG, INFO, WARNING } = DEFAULT_SEVERITY_RATES;
    const repeated = Object.keys(rates.pattern).length;
    sentences.push(
      `No target was given: DEBUG ${DEBUG}, INFO ${INFO}, WARNING ${WARNING}, and rates of their own for ${repeated} patterns that repeat themselves.`,
    );
  } else if (target.isReachable) {
    sentences.push(`The target of ${bytesText(perDay(target.bytes))} a day is reached with rates per pattern.`);
  } else {
    sentences.push(
      `The target of ${bytesText(perDay(target.bytes))} a day (${money(target.bytes)}) is unreachable, floor = ${bytesText(
        perDay(target.floorBytes),
      )} a day (${money(target.floorBytes)}): errors, locked patterns, first lines and the lowest rate of everything else are that much.`,
    );
  }
  sentences.push(`Counts told from kept lines are off by ${percentText(expectation.countError, 1)} on average.`);
  const first = analysis.anomalies.length;
  if (first > 0) sentences.push(`Unusual at the end of the window: ${kindsOf(analysis)}.`);
  return sentences.join(' ');
}

function kindsOf({ anomalies }: LogAnalysis): string {
  const counts = new Map<string, number>();
  for (const { kind } of anomalies) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${kind} (${count})`).join(', ');
}
