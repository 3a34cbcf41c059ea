import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './stage.ts';

/** A fenced block of a page and the comment in front of it, which readers do not see. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** 1-based line of the fence. */
  readonly line: number;
  /** What the comment says; '' without one. */
  readonly note: string;
}

export interface Page {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

const SKIPPED = new Set(['node_modules', 'dist', 'coverage']);

/** Every Markdown file of the repository. */
export function allPages(): Page[] {
  const names = readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && !SKIPPED.has(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? below(join(ROOT, entry.name)) : [join(ROOT, entry.name)]));
  return names.filter((name) => name.endsWith('.md')).map((name) => pageOf(relative(ROOT, name)));
}

export function pageOf(path: string): Page {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { path, text, blocks: blocksOf(text) };
}

function below(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) return [];
    const path = join(directory, entry.name);
    return entry.isDirectory() ? below(path) : [path];
  });
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split('\n');
  let open: { language: string; line: number; note: string; body: string[] } | undefined;
  for (const [at, line] of lines.entries()) {
    const fence = /^\s*```(\w*)/.exec(line);
    if (fence === null) open?.body.push(line);
    else if (open === undefined) {
      const note = /^<!-- (.+) -->$/.exec(lines[at - 1] ?? '')?.[1] ?? '';
      open = { language: fence[1] ?? '', line: at + 1, note, body: [] };
    } else {
      const { body, ...of } = open;
      blocks.push({ ...of, text: body.join('\n') });
      open = undefined;
    }
  }
  return blocks;
}

/** Targets of links, without those inside code. */
export function linksOf({ text }: Page): string[] {
  const prose = text.replace(/^\s*```[\s\S]*?^\s*```/gm, '').replace(/`[^`\n]*`/g, '`');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
}

/** The anchors that headings of a page have. */
export function anchorsOf({ text }: Page): Set<string> {
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map((match) => match[1] ?? '');
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
}
