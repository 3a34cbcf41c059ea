import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../server/src/config/load-config.ts';
import { allPages, anchorsOf, type Block, linksOf, type Page, pageOf } from './pages.ts';
import { type ExampleStage, ROOT, run, startStage } from './stage.ts';

const pages = allPages();
/** The server of pages that show no configuration for it is that of the first page. */
const STARTED = pageOf('docs/getting-started.md').blocks.find(({ note }) => note === 'the server') as Block;
const guides = pages.filter(({ path }) =>
  /^(?:docs\/[^/]+|docs\/workflows\/[^/]+|README|examples\/.+)\.md$|^README\.md$/.test(path),
);
const blocksWith = (wanted: (block: Block) => boolean) =>
  guides.flatMap((page) => page.blocks.filter(wanted).map((block) => [`${page.path}:${block.line}`, block] as const));

describe('every page', () => {
  it('is looked at', () => {
    expect(pages.length).toBeGreaterThan(15);
  });

  it.each(pages.map((page) => [page.path, page] as const))('%s links only to what is there', (_path, page) => {
    expect(linksOf(page).filter((link) => !leadsSomewhere(link, page))).toEqual([]);
  });

  it('notices a link that leads nowhere', () => {
    const page = { path: 'docs/x.md', text: '[a](nowhere.md) [b](../README.md#no-such-heading)', blocks: [] };
    expect(linksOf(page).filter((link) => !leadsSomewhere(link, page))).toHaveLength(2);
  });
});

function leadsSomewhere(link: string, page: Page): boolean {
  if (/^(?:https?|mailto):/.test(link)) return true;
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? page.path : normalize(join(dirname(page.path), path));
  if (!existsSync(join(ROOT, file))) return false;
  return anchor === undefined || !file.endsWith('.md') || anchorsOf(pageOf(file)).has(anchor);
}

describe('a configuration on a page', () => {
  const isOther = (note: string) => note.startsWith('file ') || note === 'a piece of a workflow';
  const shown = blocksWith(({ language, note }) => language === 'yaml' && !isOther(note));

  it('is shown somewhere', () => {
    expect(shown.length).toBeGreaterThan(5);
  });

  it.each(shown)('%s is valid', (_where, { text }) => {
    const variables = [...text.matchAll(/\$\{(\w+)\}/g)].map(
      ([, name = '']) => [name, 'a-value-as-long-as-secrets-must-be'] as const,
    );
    const file = { name: 'weir.yaml', text };
    expect(loadConfig({ environment: Object.fromEntries(variables), file, flags: {} }).config).toBeDefined();
  });
});

describe('a snippet that is part of an example', () => {
  it.each(blocksWith(({ note }) => note.startsWith('part of ')))('%s still is', (_where, { note, text }) => {
    expect(readFileSync(join(ROOT, note.slice('part of '.length)), 'utf8')).toContain(text);
  });
});

/** `run`, `run: what the output has | and this`, or `run, may fail: ...` where the exit code depends on the machine. */
const RUN = /^run(?<mayFail>, may fail)?(?:: (?<shows>.+))?$/;
const FIRST_CALL = { model: 'claude-haiku-4-5', max_tokens: 100, messages: [{ role: 'user', content: 'hello' }] };
const isRun = ({ note }: Block) => RUN.test(note);

describe.each(guides.filter(({ blocks }) => blocks.some(isRun)))('the commands of $path', ({ path, blocks }) => {
  let stage: ExampleStage;
  let cwd: string;

  beforeAll(async () => {
    const config = (blocks.find(({ note }) => note === 'the server') ?? STARTED).text;
    stage = await startStage(config);
    // Pages show what they ask the ledger about; somebody must have called before.
    await stage.weir.api('POST /v1/messages', FIRST_CALL);
    cwd = mkdtempSync(join(tmpdir(), 'docs-'));
    writeFileSync(join(cwd, 'weir.yaml'), config);
    for (const { note, text } of blocks) {
      if (note.startsWith('file ')) writeFileSync(join(cwd, note.slice('file '.length)), text);
    }
  });
  afterAll(() => stage.close());

  it.each(blocks.filter(isRun).map((block) => [`${path}:${block.line}`, block] as const))(
    '%s show what the page says',
    async (_where, { note, text }) => {
      const script = text
        .replaceAll('npx weir', 'weir')
        .replaceAll('http://127.0.0.1:8080', stage.weir.url)
        .replaceAll('http://127.0.0.1:4010', stage.simulator.url)
        .replaceAll('.weir', stage.weir.dataDir);
      const { code, output } = await run(['bash', '-euo', 'pipefail', '-c', script], { env: stage.env, cwd });
      const { mayFail, shows = '' } = RUN.exec(note)?.groups ?? {};
      if (mayFail === undefined) expect({ code, output }).toMatchObject({ code: 0 });
      for (const said of shows.split(' | ')) expect(output).toContain(said);
    },
  );
});
