import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runClaudeCodeSession } from '../clients/claude-code/claude-code.session.ts';
import { runCodexSession } from '../clients/codex/run-codex-session.ts';
import { CODEX_SCRIPT } from '../clients/codex/session.ts';
import { pythonEnvironment } from '../http/clients/python/python-environment.ts';
import { requires } from '../support/optional.ts';
import { readRequiredPrograms } from '../support/required-programs.ts';
import { type ExampleStage, ROOT, run, startStage } from './stage.ts';

const read = (file: string) => readFileSync(join(ROOT, 'examples', file), 'utf8');
const here = (address: string, stage: ExampleStage) => address.replace('http://127.0.0.1:8080', stage.weir.url);

describe('the examples', () => {
  let stage: ExampleStage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.close());

  it.each([
    ['openai-node.ts', 'answered by anthropic for 0.0'],
    ['anthropic-node.ts', 'the model called 1 tool, and stopped because of tool_use'],
    ['responses-node.ts', 'Rhine\n'],
  ])('%s prints "%s"', async (file, said) => {
    const ran = await run([process.execPath, `examples/${file}`], stage);
    expect(ran).toMatchObject({ code: 0, output: expect.stringContaining(said) });
  });

  it('usage-report.ts prints the calls of today', async () => {
    await stage.weir.api('POST /v1/chat/completions', {
      model: 'gpt-4o-mini',
      user: 'alice',
      messages: [{ role: 'user', content: 'hello' }],
    });
    const ran = await run([process.execPath, 'examples/usage-report.ts'], stage);
    expect(ran.code).toBe(0);
    expect(ran.output).toMatch(/gpt-4o-mini.*alice/);
    expect(ran.output).toMatch(/\d+ calls, 0\.\d+ USD, 0 of them without a price/);
  });

  it('claude-code.md gives the address that Claude Code works with', async () => {
    const address = /ANTHROPIC_BASE_URL=(\S+)/.exec(read('claude-code.md'))?.[1] ?? '';
    const transcript = await runClaudeCodeSession(here(address, stage), stage.env.WEIR_KEY ?? '');
    expect(transcript.messages.length).toBeGreaterThan(1);
    expect(transcript.messages.at(-1)).toMatchObject({ stopReason: 'end_turn' });
  });

  it('codex.md gives the address and a model that Codex works with', async () => {
    const [address = '', model = ''] = [/^base_url = "(.+)"$/m, /^model = "(.+)"$/m].map(
      (pattern) => pattern.exec(read('codex.md'))?.[1] ?? '',
    );
    const script = { ...CODEX_SCRIPT, model };
    const transcript = await runCodexSession(here(address, stage), stage.env.WEIR_KEY ?? '', script);
    expect(transcript.turns.map(({ outcome }) => outcome)).toEqual(['answered', 'answered']);
  });
});

describe('the fallback route', () => {
  it('answers from the second provider when the first fails, and says so', async () => {
    const stage = await startStage(read('fallback-route/weir.yaml'));
    try {
      stage.simulator.faults.add({ match: { model: 'gpt-4o-mini' }, fault: 'status; code=503', times: 'always' });
      const body = { model: 'fast', messages: [{ role: 'user', content: 'hello' }] };
      const { status, headers } = await stage.weir.api('POST /v1/chat/completions', body);
      expect(status).toBe(200);
      expect(headers.get('x-weir-provider')).toBe('anthropic');
      expect(headers.get('x-weir-attempts')).toBe('3');
      expect(headers.get('x-weir-fallback')).toBe('openai/gpt-4o-mini: upstream.unavailable');
    } finally {
      await stage.close();
    }
  });
});

const PYTHON_FILES = ['openai-python.py', 'anthropic-python.py'];
const PARSE = 'import ast, sys; ast.parse(open(sys.argv[1]).read())';
const libraries = await pythonEnvironment('openai', 'anthropic');

requires('python')('the Python examples', () => {
  it.each(PYTHON_FILES)('%s is Python', async (file) => {
    const ran = await run(['python3', '-c', PARSE, `examples/${file}`], { env: { PATH: process.env.PATH ?? '' } });
    expect(ran).toEqual({ code: 0, output: '' });
  });

  // Without a package registry they are only read.
  if ('python' in libraries) runPython(libraries.python);
  else if (readRequiredPrograms(process.env.WEIR_TEST_REQUIRE ?? '').includes('python')) {
    it('find the libraries that WEIR_TEST_REQUIRE asks for', () => {
      throw new Error(libraries.missing);
    });
  }
});

function runPython(python: string): void {
  let stage: ExampleStage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.close());

  it.each(PYTHON_FILES)('%s prints the tokens it used', async (file) => {
    const ran = await run([python, `examples/${file}`], stage);
    expect(ran).toMatchObject({ code: 0, output: expect.stringMatching(/\d+ tokens/) });
  });
}
