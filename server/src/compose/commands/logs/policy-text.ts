import type { LogPolicy } from '@weir/contract';
import { bold, formatTable } from '../../../cli/table.ts';
import type { LogAnalysis } from '../../../features/log-sampling/analyze-lines.ts';
import type { DryRun } from '../../../features/log-sampling/policies/dry-run.ts';
import { bytesText, percentText, usdText } from '../../../features/log-sampling/policies/texts.ts';
import type { Solution } from '../../../features/log-sampling/solver/solve-rates.ts';
import { DAY_MS } from '../../../kernel/time.ts';

export interface PolicyTextParts {
  readonly document: LogPolicy;
  readonly analysis: LogAnalysis;
  readonly solution: Solution;
  readonly tried: DryRun;
  readonly usdPerGb: number;
  readonly top: number;
  readonly colours: boolean;
}

const MAX_TEMPLATE = 90;
const BYTES_PER_GB = 1e9;
/** A pattern may be lost from this chance on. */
const LOST = 0.01;
const MOST_LOST = 20;

/** A policy as people read it: rates, what they save in bytes and money, what would be lost by name, and how sure counts are. */
export function policyText(parts: PolicyTextParts): string {
  const { document, tried, solution, analysis } = parts;
  const perDay = (bytes: number) => (bytes * DAY_MS) / (analysis.to - analysis.from);
  const money = (bytes: number) => usdText((perDay(bytes) / BYTES_PER_GB) * parts.usdPerGb);
  const saved = tried.bytes - tried.keptBytesAfter;
  const { DEBUG, INFO, WARNING } = document.severity_rates;
  const lines = [
    bold(
      `Keeps ${percentText(tried.keptBytesAfter, tried.bytes)} of ${bytesText(tried.bytes)}: saves ${bytesText(perDay(saved))} a day, ${money(saved)} of ${money(tried.bytes)}`,
      parts.colours,
    ),
    `Counts told from kept lines are off by ${percentText(tried.countError, 1)} on average (patterns with at least 30 lines).`,
    `Lines of no pattern below: DEBUG ${DEBUG}, INFO ${INFO}, WARNING ${WARNING}, without a severity ${document.global_rate}; ERROR and above are always kept, and the first ${document.first_k} lines of each signature.`,
    ...unreachable(solution, { perDay, money }),
    ...tried.problems.map((problem) => `Broken: ${problem}.`),
    '',
    table(parts),
    '',
    ...lost(parts),
  ];
  return lines.join('\n');
}

function unreachable(
  { target }: Solution,
  of: { perDay: (bytes: number) => number; money: (bytes: number) => string },
): string[] {
  if (target === undefined || target.isReachable) return [];
  const { bytes, floorBytes } = target;
  return [
    `The target of ${bytesText(of.perDay(bytes))} a day is unreachable, floor = ${bytesText(of.perDay(floorBytes))} a day (${of.money(floorBytes)}).`,
  ];
}

function table({ document, analysis, tried, top, colours }: PolicyTextParts): string {
  const templates = new Map(analysis.patterns.map(({ id, template }) => [id, template]));
  const rows = tried.patterns
    .slice(0, top)
    .map((one) => [
      String(Number((document.pattern_rates[one.pattern] ?? 1).toPrecision(3))),
      String(one.lines),
      String(Math.round(one.keptAfter)),
      bytesText(one.bytes),
      bytesText(one.bytes - one.bytesAfter),
      one.countError === 0 ? 'exact' : `±${percentText(one.countError, 1)}`,
      one.pattern,
      clip(templates.get(one.pattern) ?? ''),
    ]);
  const right = { align: 'right' } as const;
  const text = formatTable(
    [
      { title: 'RATE', ...right },
      { title: 'LINES', ...right },
      { title: 'KEPT', ...right },
      { title: 'BYTES', ...right },
      { title: 'SAVED', ...right },
      { title: 'COUNT', ...right },
      { title: 'ID' },
      { title: 'PATTERN' },
    ],
    rows,
    { colours },
  );
  const rest = tried.patterns.length - rows.length;
  return rest === 0 ? text : `${text}\nand ${rest} more (--top N, --json)`;
}

/** What nobody would see any more, by name; and otherwise what most lines are dropped of. */
function lost({ analysis, tried }: PolicyTextParts): string[] {
  const templates = new Map(analysis.patterns.map(({ id, template }) => [id, template]));
  const nameOf = (id: string) => clip(templates.get(id) ?? id);
  const gone = tried.patterns.filter(({ lossChance }) => lossChance >= LOST);
  if (gone.length > 0) {
    return [
      `${gone.length} patterns may be lost altogether:`,
      ...gone
        .slice(0, MOST_LOST)
        .map(({ pattern, lossChance }) => `  ${percentText(lossChance, 1)}  ${nameOf(pattern)}`),
    ];
  }
  const dropped = tried.patterns
    .map(({ pattern, lines, keptAfter }) => ({ pattern, lines: Math.round(lines - keptAfter) }))
    .filter(({ lines }) => lines > 0)
    .sort((a, b) => b.lines - a.lines);
  return [
    'No pattern is lost altogether. What would be lost, most lines first:',
    ...dropped
      .slice(0, MOST_LOST)
      .map(({ pattern, lines }) => `  ${String(lines).padStart(8)} lines of  ${nameOf(pattern)}`),
    ...(dropped.length > MOST_LOST ? [`  and of ${dropped.length - MOST_LOST} more patterns`] : []),
  ];
}

function clip(text: string): string {
  return text.length > MAX_TEMPLATE ? `${text.slice(0, MAX_TEMPLATE - 1)}…` : text;
}
