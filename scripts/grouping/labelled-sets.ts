import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Log lines whose true events are known. */
export interface LabelledSet {
  readonly name: string;
  /** Lines as the system wrote them, header included. */
  readonly raw: readonly string[];
  /** The same lines without their headers. */
  readonly content: readonly string[];
  readonly events: readonly string[];
}

const TRUTH = '.log_structured.csv';

/** Every `NAME/NAME_*.log` below the directory that has its truth, `NAME_*.log_structured.csv`, beside it. */
export function labelledSets(directory: string): LabelledSet[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => {
      const file = readdirSync(join(directory, name)).find((file) => file.endsWith(TRUTH));
      return file === undefined ? [] : [labelledSet(name, join(directory, name, file))];
    });
}

function labelledSet(name: string, path: string): LabelledSet {
  const [head = [], ...rows] = parseCsv(readFileSync(path, 'utf8').replace(/^\ufeff/, ''));
  const column = (title: string) => {
    const at = head.indexOf(title);
    if (at < 0) throw new Error(`${path} has no column ${title}.`);
    return rows.map((row) => row[at] ?? '');
  };
  const raw = readFileSync(path.slice(0, -TRUTH.length + '.log'.length), 'utf8').split(/\r?\n/);
  if (raw.at(-1) === '') raw.pop();
  if (raw.length !== rows.length) throw new Error(`${path}: ${rows.length} rows, but the log has ${raw.length} lines.`);
  return { name, raw, content: column('Content'), events: column('EventId') };
}

function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (end === '' && row.length === 0 && !quoted && !plain) break;
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === ',') continue;
    rows.push(row);
    row = [];
    if (end === '') break;
  }
  return rows;
}
