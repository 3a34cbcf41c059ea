import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { imaginedLogs } from '../server/src/features/log-sampling/testing/imagined-systems.ts';
import { printTable } from './evaluation/table.ts';
import { groupLines } from './grouping/group-lines.ts';
import { type LabelledSet, labelledSets } from './grouping/labelled-sets.ts';
import { type GroupingScore, scoreGroups } from './grouping/score-groups.ts';

/** What the average of all sets, and each of them, must reach. */
const MIN_ACCURACY = 0.97;
const MIN_GROUP_F1 = 0.91;
const MIN_SET_ACCURACY = 0.84;

interface Measured {
  readonly set: LabelledSet;
  readonly content: GroupingScore;
  readonly raw: GroupingScore;
}

const { data } = parseArgs({ options: { data: { type: 'string' } } }).values;
const sets = data === undefined || !existsSync(data) ? [] : labelledSets(data);
if (sets.length === 0) {
  const where = data === undefined ? 'eval:grouping needs --data DIR' : `${data} has no labelled log`;
  console.error(
    `${where}: a folder NAME with NAME_*.log and NAME_*.log_structured.csv for each set. Nothing was measured.`,
  );
  process.exitCode = 1;
} else {
  const imagined = measure(imaginedLogs(2000, 5));
  console.log('Imagined systems, for comparison');
  print(imagined);
  console.log(`\n${data}`);
  const measured = measure(sets);
  print(measured);
  const missed = missedGoals(measured);
  for (const reason of missed) console.log(`missed: ${reason}`);
  process.exitCode = missed.length > 0 ? 1 : 0;
}

function measure(sets: readonly LabelledSet[]): Measured[] {
  return sets.map((set) => ({
    set,
    content: scoreGroups(set.events, groupLines(set.content)),
    raw: scoreGroups(set.events, groupLines(set.raw)),
  }));
}

function print(measured: readonly Measured[]): void {
  const cells = ({ accuracy, groupF1 }: Pick<GroupingScore, 'accuracy' | 'groupF1'>) => [
    accuracy.toFixed(3),
    groupF1.toFixed(3),
  ];
  printTable([
    ['set', 'lines', 'events', 'found', 'GA', 'FGA', 'raw found', 'raw GA', 'raw FGA'],
    ...measured.map(({ set, content, raw }) => [
      set.name,
      String(set.events.length),
      String(content.trueGroups),
      String(content.foundGroups),
      ...cells(content),
      String(raw.foundGroups),
      ...cells(raw),
    ]),
    ['average', '', '', '', ...cells(averageOf(measured, 'content')), '', ...cells(averageOf(measured, 'raw'))],
  ]);
  const worst = [...measured].sort((one, other) => one.content.accuracy - other.content.accuracy)[0];
  if (worst !== undefined) console.log(`worst: ${worst.set.name} ${worst.content.accuracy.toFixed(3)}`);
}

function missedGoals(measured: readonly Measured[]): string[] {
  const { accuracy, groupF1 } = averageOf(measured, 'content');
  const missed: string[] = [];
  if (!(accuracy >= MIN_ACCURACY)) missed.push(`average GA ${accuracy.toFixed(4)}, not ${MIN_ACCURACY}`);
  if (!(groupF1 >= MIN_GROUP_F1)) missed.push(`average FGA ${groupF1.toFixed(4)}, not ${MIN_GROUP_F1}`);
  for (const { set, content } of measured)
    if (!(content.accuracy >= MIN_SET_ACCURACY))
      missed.push(`GA of ${set.name} ${content.accuracy.toFixed(4)}, not ${MIN_SET_ACCURACY}`);
  return missed;
}

function averageOf(measured: readonly Measured[], mode: 'content' | 'raw'): { accuracy: number; groupF1: number } {
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  return {
    accuracy: mean(measured.map((one) => one[mode].accuracy)),
    groupF1: mean(measured.map((one) => one[mode].groupF1)),
  };
}
