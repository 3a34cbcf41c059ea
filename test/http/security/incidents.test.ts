import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CURRENT_MILESTONE } from '../../requirements.ts';
import { type ComposedWeir, composeWeir } from './composed-weir.ts';
import { INCIDENTS } from './incidents.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SOURCES = join(ROOT, 'server/src');

let weir: ComposedWeir;
beforeAll(async () => {
  weir = await composeWeir();
});
afterAll(() => weir.close());

describe('the incidents of neighbouring systems', () => {
  test('are all listed, S1 to S29, each once', () => {
    expect(INCIDENTS.map(({ id }) => id)).toEqual(Array.from({ length: 29 }, (_, at) => `S${at + 1}`));
  });

  test('have tests that exist, by the titles that are written there', () => {
    const missing = INCIDENTS.flatMap(({ id, proofs }) =>
      proofs.flatMap(([file, title]) =>
        readFileSync(join(ROOT, file), 'utf8').includes(title) ? [] : `${id}: ${title}`,
      ),
    );
    expect(missing).toEqual([]);
  });

  test(`have at least one when what they are about is of milestone ${CURRENT_MILESTONE} or earlier`, () => {
    const due = INCIDENTS.filter(({ pending }) => pending !== undefined && pending.milestone <= CURRENT_MILESTONE);
    const bare = INCIDENTS.filter(({ proofs, pending }) => proofs.length === 0 && pending === undefined);
    expect([...due, ...bare].map(({ id, lesson }) => `${id}: ${lesson}`)).toEqual([]);
  });
});

test('S4: nothing but egress opens connections to what a caller names', () => {
  // The probe of health goes where the operator said and asks for nothing; the others are no part of a server's work.
  const known = [
    /^egress\//,
    /^features\/health\/connect-probe/,
    /^simulator\//,
    /^cli\//,
    /^compose\/(demo|commands)\//,
  ];
  const opens = /from 'node:(https?|net|tls|dgram)'|from 'undici'|(?<![.\w])fetch\(/;
  const harmless = /import type|STATUS_CODES|type Socket|\b(isIP|BlockList|createSecureContext|createServer)\b/;
  const found = sources()
    .filter(({ path }) => !known.some((place) => place.test(path)))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .filter((line) => opens.test(line) && !harmless.test(line) && !/^\s*(\/?\*|\/\/)/.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );
  expect(found.filter((line) => !/: (readonly )?fetch\(|\bfetch\(\{|fetch\(grant|await fetch\(/.test(line))).toEqual(
    [],
  );
});

test('S19: a request is let in by one function, whatever carries its key', () => {
  const users = sources().filter(
    ({ path, text }) => /\.authenticate\(/.test(text) && !/^(features|compose)\//.test(path),
  );
  expect(users.map(({ path }) => path)).toEqual(['http/server.ts']);
});

test('S21: no query of the storage searches with wildcards', () => {
  const storage = sources().filter(({ path }) => path.startsWith('storage/'));
  expect(storage.length).toBeGreaterThan(20);
  // As Kysely and as SQL say it, with anything behind but a text that stands there.
  const search = /'i?like',(?!\s*['"`])|\b(i?like|similar to|glob)\s+[$?:@]/i;
  expect(["'like', term", 'name like $1'].every((sql) => search.test(sql))).toBe(true);
  const found = storage.filter(({ text }) => search.test(text)).map(({ path }) => path);
  // It leaves out its own notes, by a prefix that is a constant.
  expect(found.filter((path) => path !== 'storage/copy/copy-database.ts')).toEqual([]);
});

test('S23: dependencies are exact, what runs is locked with a hash, and only one may run a script at its install', () => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const installed = Object.entries<Record<string, unknown>>(lock.packages).filter(([path]) =>
    path.startsWith('node_modules/'),
  );
  const unlocked = installed.filter(
    ([, each]) => each.link !== true && each.dev !== true && each.integrity === undefined,
  );
  expect(unlocked.map(([path]) => path)).toEqual([]);
  for (const workspace of ['.', 'server', 'contract']) {
    const manifest = JSON.parse(readFileSync(join(ROOT, workspace, 'package.json'), 'utf8'));
    for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      if (String(range) !== '*' && !name.startsWith('@weir/'))
        expect([name, range]).toEqual([name, expect.stringMatching(/^\d|^npm:.*@\d/)]);
    }
  }
  const root = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(Object.keys(root.allowScripts ?? {})).toEqual(['node']);
});

describe('S29', () => {
  test('line ends in names of models and in what a provider says make no header', async () => {
    weir.upstream.answer = ({ headers }, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'x-given': String(headers.authorization).length });
      const choices = [{ index: 0, message: { role: 'assistant', content: 'a\r\nx-evil: 1' }, finish_reason: 'stop' }];
      response.end(
        JSON.stringify({
          id: 'x',
          model: 'm\r\nx-evil: 2',
          choices,
          usage: { prompt_tokens: 1, completion_tokens: 1 },
        }),
      );
    };
    for (const model of ['gpt-4o-mini', 'openai/gpt\r\nx-evil: 3', 'openai/gpt\u2028x']) {
      const response = await fetch(`${weir.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${weir.adminKey}` },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
      });
      await response.arrayBuffer();
      expect(response.headers.has('x-evil')).toBe(false);
      expect(response.headers.has('x-given')).toBe(false);
    }
  });

  test.each(['..%2f..%2fmodels', '%2e%2e%2f', '..%5c..%5cweir.db', '%00', 'file-x%2f..%2f..%2fmodels'])(
    'an id with a path in it is an id that does not exist: %s',
    async (id) => {
      weir.upstream.requests.length = 0;
      for (const kind of ['files', 'batches', 'responses']) {
        const response = await fetch(`${weir.url}/v1/${kind}/${id}`, {
          headers: { authorization: `Bearer ${weir.adminKey}` },
        });
        expect(response.status).toBe(404);
      }
      expect(weir.upstream.requests).toEqual([]);
    },
  );
});

function sources(): { path: string; text: string }[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.test\.ts$|\/testing\//.test(path))
    .map((path) => ({ path, text: readFileSync(join(SOURCES, path), 'utf8') }));
}
