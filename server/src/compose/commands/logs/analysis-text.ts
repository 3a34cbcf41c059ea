import { bold, coloured, formatTable } from '../../../cli/table.ts';
import { anomalySentence } from '../../../features/log-sampling/anomalies/describe-anomaly.ts';
import type { Anomaly } from '../../../features/log-sampling/anomalies/find-anomalies.ts';
import type { MinedPattern } from '../../../features/log-sampling/miner/pattern.ts';
import { summarize } from '../../../features/log-sampling/miner/summarize.ts';

const BAR = 20;
const MAX_TEMPLATE = 110;
const MAX_ANOMALIES = 10;
const ORDER = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL', 'UNKNOWN'];

/** An analysis as people read it: what there is in all, then the most frequent patterns. */
export function analysisText(
  patterns: readonly MinedPattern[],
  of: { readonly anomalies: readonly Anomaly[]; readonly colours: boolean; readonly top: number },
): string {
  const { colours, top } = of;
  const analysis = summarize(patterns);
  if (analysis.total_logs === 0) return 'The log is empty.';
  const bytes = patterns.reduce((sum, pattern) => sum + pattern.bytes, 0);
  const shown = patterns.slice(0, top);
  const share = (part: number, whole: number) => (whole === 0 ? '0.0%' : `${((100 * part) / whole).toFixed(1)}%`);
  const head = `${count(analysis.total_logs)} lines, ${size(bytes)}: ${count(patterns.length)} patterns in ${count(analysis.clusters)} clusters, ${share(analysis.error_rate, 1)} errors`;
  const severities = ORDER.flatMap((name) => {
    const lines = analysis.severity_distribution[name] ?? 0;
    if (lines === 0) return [];
    const bar = '█'.repeat(Math.max(1, Math.round((BAR * lines) / analysis.total_logs)));
    return [
      `  ${name.padEnd(9)}${share(lines, analysis.total_logs).padStart(6)}  ${coloured(colourOf(name), bar, colours)}`,
    ];
  });
  const table = formatTable(
    [
      { title: 'LINES', align: 'right' },
      { title: 'SHARE', align: 'right' },
      { title: 'BYTES', align: 'right' },
      { title: 'SEVERITY' },
      { title: 'ID' },
      { title: 'PATTERN, EXAMPLE' },
    ],
    shown.flatMap((pattern) => [
      [
        count(pattern.lines),
        share(pattern.lines, analysis.total_logs),
        share(pattern.bytes, bytes),
        mainSeverity(pattern),
        pattern.id,
        clip(pattern.template),
      ],
      ...(pattern.examples[0] === undefined || pattern.examples[0] === pattern.template
        ? []
        : [['', '', '', '', '', `  ${clip(pattern.examples[0])}`]]),
    ]),
    { colours },
  );
  const rest = patterns.slice(top);
  const restLines = rest.reduce((sum, pattern) => sum + pattern.lines, 0);
  return [
    bold(head, colours),
    ...severities,
    ...anomalyLines(of.anomalies, patterns),
    '',
    table,
    ...(rest.length === 0
      ? []
      : [
          `and ${count(rest.length)} more with ${share(restLines, analysis.total_logs)} of the lines (--top N, --json)`,
        ]),
  ].join('\n');
}

/** What is unusual at the end of the log, by the texts of patterns. */
function anomalyLines(anomalies: readonly Anomaly[], patterns: readonly MinedPattern[]): string[] {
  const templates = new Map(patterns.map(({ id, template }) => [id, clip(template)]));
  const rest = anomalies.length - MAX_ANOMALIES;
  return [
    ...(anomalies.length === 0 ? [] : ['', 'Unusual at the end:']),
    ...anomalies.slice(0, MAX_ANOMALIES).map((anomaly) => {
      const { pattern } = anomaly;
      return `  ${anomalySentence(anomaly, pattern === null ? 'The whole log' : (templates.get(pattern) ?? pattern))}`;
    }),
    ...(rest > 0 ? [`  and ${rest} more (--json)`] : []),
  ];
}

/** The severity most of a pattern's lines have. */
function mainSeverity({ severities }: MinedPattern): string {
  const [most] = Object.entries(severities).sort(([, one], [, other]) => other - one);
  return most === undefined || most[0] === 'UNKNOWN' ? '-' : most[0];
}

function colourOf(severity: string): 'red' | 'yellow' | 'green' | 'dim' {
  if (severity === 'ERROR' || severity === 'CRITICAL') return 'red';
  if (severity === 'WARNING') return 'yellow';
  return severity === 'INFO' ? 'green' : 'dim';
}

function clip(text: string): string {
  // Control characters of a log must not reach the terminal.
  const line = text.replaceAll(/\p{Cc}+/gu, ' ');
  return line.length > MAX_TEMPLATE ? `${line.slice(0, MAX_TEMPLATE - 1)}…` : line;
}

function count(number: number): string {
  return number.toLocaleString('en');
}

function size(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
