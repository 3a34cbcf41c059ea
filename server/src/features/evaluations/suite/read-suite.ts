import { invalidRequest } from '../../../kernel/errors.ts';
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../../kernel/json.ts';
import { readAssertion, type SuiteCheck } from './read-assertion.ts';

/** An evaluation file: every prompt is tried with every provider on every test. */
export interface Suite {
  readonly prompts: readonly SuitePrompt[];
  readonly providers: readonly { readonly label: string; readonly model: string; readonly settings: JsonObject }[];
  /** Tests of the file itself, or a stored dataset whose items all get the same checks. */
  readonly tests: readonly SuiteTest[] | StoredTests;
}

export interface SuitePrompt {
  readonly label: string;
  /** Written in the file, or stored. */
  readonly asked:
    | { readonly messages: readonly { role: string; content: string }[] }
    | { readonly prompt: { readonly name: string; readonly version?: number; readonly label?: string } };
}

export interface StoredTests {
  /** Its name. */
  readonly dataset: string;
  readonly checks: readonly SuiteCheck[];
}

export interface SuiteTest {
  readonly id: string;
  readonly description: string;
  readonly vars: JsonObject;
  readonly checks: readonly SuiteCheck[];
}

/** Fills in the variables of a text. */
export type FillIn = (text: string, vars: JsonObject) => string;

const KNOWN = ['description', 'prompts', 'providers', 'tests', 'defaultTest', 'vars'];
const KNOWN_OF_TESTS = ['description', 'vars', 'assert', 'metadata'];

/** Reads the part of promptfoo's format that Weir runs. Throws `request.invalid` that names what it does not know. */
export function readSuite(document: Json, fillIn: FillIn): Suite {
  const file = asObject(document);
  if (file === undefined) throw invalidRequest('file', 'holds no YAML mapping');
  const unknown = Object.keys(file).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw invalidRequest(unknown, `is not known; known are ${KNOWN.join(', ')}`);
  const prompts = listOf(file, 'prompts').map(readPrompt);
  const providers = listOf(file, 'providers').map(readProvider);
  const common = asObject(file.defaultTest) ?? {};
  const shared = { ...asObject(file.vars), ...asObject(common.vars) };
  const stored = storedName(file.tests);
  if (stored !== undefined) {
    const checks = (asArray(common.assert) ?? []).map((given, at) => readUnfilled(given, `defaultTest.assert[${at}]`));
    return { prompts, providers, tests: { dataset: stored, checks } };
  }
  const tests = (file.tests === undefined ? [{}] : listOf(file, 'tests')).map((test, at) =>
    readTest(test, { at, shared, common: asArray(common.assert) ?? [], fillIn }),
  );
  return { prompts, providers, tests };
}

const STORED = 'weir://';

/** What `weir://...` names; undefined: something else. */
function storedName(given: Json | undefined): string | undefined {
  return typeof given === 'string' && given.startsWith(STORED) ? given.slice(STORED.length) : undefined;
}

function readUnfilled(given: Json, at: string): SuiteCheck {
  if (JSON.stringify(given).includes('{{')) throw invalidRequest(at, 'cannot name variables: the tests are stored');
  return readAssertion(given, at);
}

function listOf(file: JsonObject, name: string): Json[] {
  const list = asArray(file[name]) ?? (typeof file[name] === 'string' ? [file[name]] : []);
  if (list.length === 0) throw invalidRequest(name, 'needs at least one entry');
  return list;
}

/** A text is a user's message, `weir://name@label` or `weir://name@3` a stored prompt; a list is messages; `{raw, label}` names any. */
function readPrompt(given: Json, at: number): SuitePrompt {
  const named = asObject(given);
  const raw = named === undefined ? given : (named.raw ?? named.messages ?? null);
  const label = asString(named?.label) ?? asString(named?.id) ?? `prompt ${at + 1}`;
  if (typeof raw === 'string' && raw.startsWith('file://')) {
    throw invalidRequest(`prompts[${at}]`, 'names a file; write the prompt itself');
  }
  const stored = storedName(raw);
  if (stored !== undefined) return { label: asString(named?.label) ?? stored, asked: { prompt: readStored(stored) } };
  if (typeof raw === 'string') return { label, asked: { messages: [{ role: 'user', content: raw }] } };
  const messages = (asArray(raw) ?? []).map((message) => {
    const { role, content } = asObject(message) ?? {};
    if (typeof role !== 'string' || typeof content !== 'string') {
      throw invalidRequest(`prompts[${at}]`, 'needs messages with a role and a text');
    }
    return { role, content };
  });
  if (messages.length === 0) throw invalidRequest(`prompts[${at}]`, 'needs a text or messages');
  return { label, asked: { messages } };
}

/** Without version and label: the newest one, which is what is being worked on. */
function readStored(written: string): { name: string; version?: number; label?: string } {
  const [, name = written, which = 'latest'] = /^(.*)@([^@]+)$/.exec(written) ?? [];
  return /^\d+$/.test(which) ? { name, version: Number(which) } : { name, label: which };
}

/** `openai:gpt-4o`, `openai:chat:gpt-4o`, `openai/gpt-4o` or a route; `{id, label, config}` adds settings. */
function readProvider(given: Json, at: number): Suite['providers'][number] {
  const named = asObject(given);
  const id = asString(given) ?? asString(named?.id);
  if (id === undefined || id === '') throw invalidRequest(`providers[${at}]`, 'needs an id like openai:gpt-4o-mini');
  const parts = id.split(':').filter((part) => part !== 'chat' && part !== 'messages');
  const model = parts.length > 1 ? `${parts[0]}/${parts.slice(1).join(':')}` : (parts[0] ?? '');
  return { label: asString(named?.label) ?? id, model, settings: asObject(named?.config) ?? {} };
}

function readTest(
  given: Json,
  of: { at: number; shared: JsonObject; common: readonly Json[]; fillIn: FillIn },
): SuiteTest {
  if (!isObject(given)) throw invalidRequest(`tests[${of.at}]`, 'needs to be a mapping with vars and assert');
  const unknown = Object.keys(given).find((name) => !KNOWN_OF_TESTS.includes(name));
  if (unknown !== undefined) {
    throw invalidRequest(`tests[${of.at}].${unknown}`, `is not known; known are ${KNOWN_OF_TESTS.join(', ')}`);
  }
  const vars: JsonObject = { ...of.shared, ...asObject(given.vars) };
  const description = asString(given.description) ?? `test ${of.at + 1}`;
  const asserted = [...of.common, ...(asArray(given.assert) ?? [])];
  const checks = asserted.map((assertion, place) =>
    readAssertion(
      filled(assertion, (text) => of.fillIn(text, vars)),
      `tests[${of.at}].assert[${place}]`,
    ),
  );
  const id = asString(asObject(given.metadata)?.id) ?? idOf(description, of.at);
  return { id, description, vars, checks };
}

function idOf(description: string, at: number): string {
  const words = description
    .replace(/[^\w.-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80);
  return `${String(at + 1).padStart(4, '0')}-${words === '' ? 'test' : words}`;
}

/** Every text in an assertion may name variables. */
function filled(value: Json, fillIn: (text: string) => string): Json {
  if (typeof value === 'string') return value.includes('{{') ? fillIn(value) : value;
  if (Array.isArray(value)) return value.map((item) => filled(item, fillIn));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, item === undefined ? undefined : filled(item, fillIn)]),
  );
}
