interface Plant {
  readonly what: string;
  /** Laid over a clean house; the first file is the one at fault. */
  readonly files: Readonly<Record<string, string>>;
}

interface PlantedViolation extends Plant {
  readonly rule: string;
}

// Built from pieces, because the check reads this file too.
const SLASH = '/';

/** One entry per way of breaking the house; each must be found, and nothing beside it. */
export const PLANTED: readonly PlantedViolation[] = [
  {
    rule: 'import-table',
    what: 'the kernel imports a port',
    files: {
      'server/src/kernel/chat.ts': "import '../ports/clock.ts';\n",
      'server/src/ports/clock.ts': 'export {};\n',
    },
  },
  {
    rule: 'import-table',
    what: "the kernel imports a module of Node's",
    files: { 'server/src/kernel/chat.ts': "import { hash } from 'node:crypto';\nexport const h = hash;\n" },
  },
  {
    rule: 'import-table',
    what: 'the kernel imports a package',
    files: { 'server/src/kernel/chat.ts': "import { z } from 'zod';\nexport const s = z;\n" },
  },
  {
    rule: 'import-table',
    what: 'the gateway imports a protocol',
    files: { 'server/src/gateway/stage.ts': "import '../protocols/openai-chat/decode.ts';\n" },
  },
  {
    rule: 'import-table',
    what: 'the gateway imports a provider by a dynamic import',
    files: { 'server/src/gateway/stage.ts': "export const load = () => import('../providers/groq.ts');\n" },
  },
  {
    rule: 'import-table',
    what: 'the gateway imports through the # map',
    files: { 'server/src/gateway/stage.ts': "import '#providers/groq.ts';\n" },
  },
  {
    rule: 'import-table',
    what: 'a protocol imports a value of a port',
    files: {
      'server/src/protocols/openai-chat/encode.ts':
        "import { clock } from '../../ports/clock.ts';\nexport { clock };\n",
    },
  },
  {
    rule: 'import-table',
    what: 'pricing imports a port',
    files: {
      'server/src/pricing/table.ts': "import type { Clock } from '../ports/clock.ts';\nexport type C = Clock;\n",
    },
  },
  {
    rule: 'import-table',
    what: 'a route imports a value of a feature',
    files: { 'server/src/http/routes/keys.ts': "import '../../features/budgets/list.ts';\n" },
  },
  {
    rule: 'import-table',
    what: 'a command imports a feature',
    files: { 'server/src/cli/keys.ts': "import '../features/budgets/list.ts';\n" },
  },
  {
    rule: 'import-table',
    what: 'the simulator imports a protocol',
    files: { 'server/src/simulator/chat.ts': "import type {} from '../protocols/openai-chat/decode.ts';\n" },
  },
  {
    rule: 'import-table',
    what: 'the gateway imports the contract',
    files: { 'server/src/gateway/stage.ts': "import type { Key } from '@weir/contract';\nexport type K = Key;\n" },
  },
  {
    rule: 'import-table',
    what: 'product code imports a test helper',
    files: { 'server/src/gateway/stage.ts': "import '../../../test/fake.ts';\n", 'test/fake.ts': 'export {};\n' },
  },
  {
    rule: 'import-table',
    what: 'a room imports the composition root by an import type',
    files: { 'server/src/http/server.ts': "export type C = typeof import('../compose.ts');\n" },
  },
  {
    rule: 'import-table',
    what: 'a room that nobody planned',
    files: { 'server/src/plumbing/pipe.ts': 'export {};\n' },
  },
  {
    rule: 'islands',
    what: 'a provider imports another',
    files: { 'server/src/providers/mistral.ts': "import './groq.ts';\n" },
  },
  {
    rule: 'islands',
    what: 'a feature imports another, as a type only',
    files: {
      'server/src/features/prompts/show.ts':
        "import type { Budget } from '../budgets/list.ts';\nexport type B = Budget;\n",
    },
  },
  {
    rule: 'islands',
    what: 'a backend imports its twin',
    files: { 'server/src/storage/postgres/keys.ts': "import '../sqlite/usage.ts';\n" },
  },
  {
    rule: 'islands',
    what: 'what all backends use names one of them',
    files: { 'server/src/storage/repositories/keys.ts': "import '../sqlite/usage.ts';\n" },
  },
  {
    rule: 'import-cycles',
    what: 'two files import each other',
    files: {
      'server/src/kernel/a.ts': "import './b.ts';\n",
      'server/src/kernel/b.ts': "export * from './a.ts';\n",
    },
  },
  {
    rule: 'import-cycles',
    what: 'three files in a ring of type imports',
    files: {
      'server/src/kernel/a.ts': "import type { B } from './b.ts';\nexport type A = B;\n",
      'server/src/kernel/b.ts': "import type { C } from './c.ts';\nexport type B = C;\n",
      'server/src/kernel/c.ts': "import type { A } from './a.ts';\nexport type C = A;\n",
    },
  },
  {
    rule: 'concrete-backends',
    what: 'a driver outside its adapter',
    files: {
      'server/src/features/budgets/store.ts':
        "import { DatabaseSync } from 'node:sqlite';\nexport const d = DatabaseSync;\n",
    },
  },
  {
    rule: 'concrete-backends',
    what: 'an HTTP client beside the one in egress',
    files: { 'server/src/providers/mistral.ts': "import { request } from 'undici';\nexport const r = request;\n" },
  },
  {
    rule: 'concrete-backends',
    what: 'the start names a backend instead of the composition root',
    files: { 'server/src/main.ts': "import './storage/sqlite/usage.ts';\n" },
  },
  {
    rule: 'forbidden-rooms',
    what: 'a file called utils',
    files: { 'server/src/gateway/utils.ts': 'export {};\n' },
  },
  {
    rule: 'forbidden-rooms',
    what: 'a folder called common',
    files: { 'server/src/gateway/common/text.ts': 'export {};\n' },
  },
  {
    rule: 'positional-parameters',
    what: 'a function with four parameters',
    files: {
      'server/src/kernel/add.ts':
        'export function add(a: number, b: number, c: number, d: number) { return a + b + c + d; }\n',
    },
  },
  {
    rule: 'positional-parameters',
    what: 'an arrow function with four parameters',
    files: {
      'server/src/kernel/add.ts':
        'export const add = (a: number, b: number, c: number, ...d: number[]) => a + b + c + d.length;\n',
    },
  },
  {
    rule: 'positional-parameters',
    what: 'a method of an interface with four parameters',
    files: {
      'server/src/ports/store.ts':
        'export interface Store { put(a: string, b: string, c: string, d?: string): void }\n',
    },
  },
  {
    rule: 'string-built-sql',
    what: 'a template with a hole given to prepare',
    files: {
      'server/src/storage/sqlite/keys.ts':
        'export const find = (d: D, name: string) => d.prepare(`${name}`);\ntype D = { prepare(text: string): void };\n',
    },
  },
  {
    rule: 'string-built-sql',
    what: 'a concatenation given to exec',
    files: {
      'server/src/storage/sqlite/keys.ts':
        "export const drop = (db: D, name: string) => db.exec('drop table ' + name);\ntype D = { exec(text: string): void };\n",
    },
  },
  {
    rule: 'string-built-sql',
    what: 'a name given to sql.raw',
    files: {
      'server/src/storage/sqlite/keys.ts':
        'export const column = (sql: S, name: string) => sql.raw(name);\ntype S = { raw(text: string): void };\n',
    },
  },
  {
    rule: 'string-built-sql',
    what: 'a statement put together and kept for later',
    files: {
      'server/src/storage/sqlite/keys.ts':
        'export const text = (hash: string) => `SELECT * FROM keys WHERE hash = ${hash}`;\n',
    },
  },
  {
    rule: 'dynamic-code',
    what: 'eval',
    files: { 'server/src/kernel/run.ts': 'export const run = (text: string) => globalThis.eval(text);\n' },
  },
  {
    rule: 'dynamic-code',
    what: 'new Function',
    files: { 'server/src/kernel/run.ts': "export const run = (text: string) => new Function('a', text);\n" },
  },
  {
    rule: 'dynamic-code',
    what: 'vm',
    files: { 'server/src/templates/run.ts': "import vm from 'node:vm';\nexport const run = vm;\n" },
  },
  {
    rule: 'literal-getters',
    what: 'a getter in an object literal',
    files: { 'server/src/compose/ranking.ts': 'export const ranking = { get point() { return 1; } };\n' },
  },
  {
    rule: 'environment-access',
    what: 'a stage that reads the environment',
    files: { 'server/src/gateway/stage.ts': 'export const port = globalThis.process.env.PORT;\n' },
  },
  {
    rule: 'environment-access',
    what: 'a stage that imports the environment',
    files: { 'server/src/gateway/stage.ts': "import { env } from 'node:process';\nexport const port = env.PORT;\n" },
  },
  {
    rule: 'skipped-tests',
    what: 'a skipped test',
    files: { 'test/a.test.ts': "test.skip('adds', () => {});\n" },
  },
  {
    rule: 'skipped-tests',
    what: 'a test that runs alone, at the end of a chain',
    files: { 'server/src/kernel/ids.test.ts': "describe.concurrent.only('ids', () => {});\n" },
  },
  {
    rule: 'skipped-tests',
    what: 'a test that skips itself',
    files: { 'test/a.test.ts': "test('adds', (context) => context.skip());\n" },
  },
  {
    rule: 'skipped-tests',
    what: 'a skip by prefix',
    files: { 'test/a.test.ts': "xit('adds', () => {});\n" },
  },
  {
    rule: 'sleeping-tests',
    what: 'an awaited timer',
    files: {
      'test/a.test.ts':
        'export const nap = async () => { await new Promise((resolve) => setTimeout(resolve, 10)); };\n',
    },
  },
  {
    rule: 'sleeping-tests',
    what: 'an awaited timer spelled out',
    files: {
      'test/nap.ts': 'export const nap = () => new Promise<void>((done) => { setTimeout(() => { done(); }, 10); });\n',
    },
  },
  {
    rule: 'sleeping-tests',
    what: 'the promised timer of Node',
    files: { 'test/a.test.ts': "import { setTimeout as pause } from 'node:timers/promises';\nawait pause(10);\n" },
  },
  {
    rule: 'machine-paths',
    what: 'a home directory in a page',
    files: { 'docs/start.md': `Run \`${SLASH}home/ada/weir\`.\n` },
  },
  {
    rule: 'machine-paths',
    what: 'a temporary directory by name',
    files: { 'server/src/kernel/place.ts': `export const place = '${SLASH}tmp/weir';\n` },
  },
];

/** What looks like a violation and is none. */
export const INNOCENT: readonly Plant[] = [
  {
    what: 'a test that wires concrete things together',
    files: { 'server/src/gateway/stage.test.ts': "import '../storage/sqlite/usage.ts';\nimport 'undici';\n" },
  },
  {
    what: 'three parameters and a this',
    files: {
      'server/src/kernel/add.ts':
        'export function add(this: void, a: number, b: number, c: number) { return a + b + c; }\n',
    },
  },
  {
    what: 'the configuration that reads the environment',
    files: { 'server/src/config/port.ts': 'export const port = process.env.PORT;\n' },
  },
  {
    what: 'a callback whose parameters somebody else decides',
    files: { 'test/a.test.ts': 'check((a, b, c, d) => a + b + c + d);\n' },
  },
  {
    what: 'a backend that uses what all backends use',
    files: {
      'server/src/storage/sqlite/keys.ts': "import '../repositories/keys.ts';\n",
      'server/src/storage/repositories/keys.ts': "import '../schema.ts';\n",
      'server/src/storage/schema.ts': 'export {};\n',
    },
  },
  {
    what: 'bound values in a tagged template',
    files: {
      'server/src/storage/sqlite/keys.ts':
        'export const find = (sql: S, hash: string) => sql`select * from keys where hash = ${hash}`;\ntype S = (text: TemplateStringsArray, ...values: string[]) => void;\n',
    },
  },
  {
    what: 'a regular expression executed on a template, and prose with a hole',
    files: {
      'server/src/kernel/text.ts':
        'export const find = (pattern: RegExp, text: string) => pattern.exec(`${text} `) ?? `Update ${text} first.`;\n',
    },
  },
  {
    what: 'a timer that answers late or fails a wait, without sleeping',
    files: {
      'test/a.test.ts':
        "export const late = (answer: () => void) => setTimeout(answer, 10);\nexport const limit = () => new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 10));\n",
    },
  },
  {
    what: 'an address that only contains such a word',
    files: { 'docs/start.md': `See https://example.com/${'home'}/page/ and docs/${'work'}/plan.\n` },
  },
  {
    what: 'the feature that shares the log signature with the sampler',
    files: {
      'server/src/features/log-sampling/mine.ts':
        "import { signature } from '@weir/sampler/signature';\nexport const s = signature;\n",
    },
  },
];
