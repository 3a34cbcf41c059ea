import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TemplateCase } from './oracle.ts';

const FOLDER = join(import.meta.dirname, 'corpus');

export interface Corpus {
  readonly name: string;
  readonly cases: readonly TemplateCase[];
}

/**
 * The templates that Weir is compared with Jinja2 on. In `.lines` the first line is the variables and every other has
 * templates; several outputs with a space between them are a template each. In `.blocks` a template has several lines
 * and ends before `====`; a line that begins with `#:` sets variables and options from there on.
 */
export function readCorpus(): Corpus[] {
  const files = globSync('*.{lines,blocks}', { cwd: FOLDER }).sort();
  return files.map((file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    return { name: basename(file), cases: file.endsWith('.lines') ? readLines(text) : readBlocks(text) };
  });
}

function readLines(text: string): TemplateCase[] {
  const [header = '{}', ...lines] = text.trimEnd().split('\n');
  const data = JSON.parse(header) as Record<string, unknown>;
  return lines.flatMap(templatesOf).map((source) => ({ source, data }));
}

function templatesOf(line: string): string[] {
  return line.includes('{%') ? [line] : line.split(/(?<=\}\}\|?) (?=\{\{)/);
}

function readBlocks(text: string): TemplateCase[] {
  let settings: Omit<TemplateCase, 'source'> = {};
  return text
    .replace(/\n$/, '')
    .split('\n====\n')
    .map((block) => {
      if (!block.startsWith('#: ')) return { source: block, ...settings };
      const end = block.indexOf('\n');
      settings = JSON.parse(block.slice(2, end)) as Omit<TemplateCase, 'source'>;
      return { source: block.slice(end + 1), ...settings };
    });
}
