import { bold, coloured, formatTable } from '../../../cli/table.ts';
import { bytesText, percentText, usdText } from '../../../features/log-sampling/policies/texts.ts';
import { DAY_MS } from '../../../kernel/time.ts';
import { type SampledLogs, WINDOW_MS, type WordingCount } from './sample-logs.ts';

const SHOWN_WORDINGS = 6;
const SHOWN_ANOMALIES = 4;
/** Counts below this say little of how well they are estimated. */
const COUNTED_FROM = 30;

/** What became of a project's logs, as people read it. */
export function sampledText(sampled: SampledLogs, colours: boolean): string {
  const { analysis, policy, window } = sampled;
  const ok = coloured('green', 'ok', colours);
  const perDay = bytesText(((window.bytes - window.keptBytes) * DAY_MS) / WINDOW_MS);
  const author = policy.model === null ? 'rules' : policy.model;
  return [
    bold(sampled.project, colours),
    `  ${ok}  analysis  ${number(analysis.lines)} lines, ${bytesText(analysis.bytes)}, ${percentText(analysis.errorRate, 1)} errors: ${analysis.patterns} patterns in ${analysis.clusters} clusters`,
    ...unusual(analysis.anomalies).map((line) => `                ${line}`),
    `  ${ok}  policy    version ${policy.version} by ${author} for ${usdText(policy.target)} a day, in force; projected saving ${percentText(1 - policy.projectedShare, 1)}`,
    `                "${policy.reasoning}"`,
    `  ${ok}  sampler   fetched it; of the next ${number(window.lines)} lines kept ${number(window.kept)}: ${bytesText(window.keptBytes)} of ${bytesText(window.bytes)}`,
    `                real saving ${percentText(window.bytes - window.keptBytes, window.bytes)}: ${perDay} a day, ${usdText(window.usdPerDay - window.keptUsdPerDay)} of ${usdText(window.usdPerDay)}`,
    `                all errors kept: ${window.keptErrors} of ${window.errors}`,
    `                counts told from kept lines are off by ${percentText(countError(window.wordings), 1)} on average`,
    '',
    indented(table(window.wordings)),
    '',
  ].join('\n');
}

/** Mean distance of estimated from true counts, as a share. */
export function countError(wordings: readonly WordingCount[]): number {
  const counted = wordings.filter(({ lines }) => lines >= COUNTED_FROM);
  const sum = counted.reduce((total, { lines, estimated }) => total + Math.abs(estimated - lines) / lines, 0);
  return counted.length === 0 ? 0 : sum / counted.length;
}

function unusual(anomalies: readonly string[]): string[] {
  const rest = anomalies.length - SHOWN_ANOMALIES;
  return [
    ...anomalies.slice(0, SHOWN_ANOMALIES).map((message) => `unusual: ${message}`),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ];
}

function table(wordings: readonly WordingCount[]): string {
  const right = { align: 'right' } as const;
  return formatTable(
    [
      { title: 'TRUE', ...right },
      { title: 'KEPT', ...right },
      { title: 'ESTIMATED', ...right },
      { title: 'OFF', ...right },
      { title: 'LINE' },
    ],
    wordings
      .slice(0, SHOWN_WORDINGS)
      .map(({ text, lines, kept, estimated }) => [
        number(lines),
        number(kept),
        number(Math.round(estimated)),
        percentText(Math.abs(estimated - lines), lines),
        text,
      ]),
  );
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '      ');
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
