import { describe, expect, test } from 'vitest';
import { WeirError } from '../kernel/errors.ts';
import { action } from './action.ts';
import type { Command } from './command.ts';
import { type CommandTable, runCli } from './run-cli.ts';
import { fakeContext } from './testing/fake-context.ts';
import { CommandFailure } from './usage-error.ts';

const greet = action({
  summary: 'Greet somebody',
  operands: '[NAME]',
  options: {
    loud: { kind: 'flag', about: 'Shout' },
    times: { kind: 'number', value: 'N', about: 'How often' },
    title: { kind: 'text', value: 'TITLE', about: 'Form of address' },
  },
  notes: ['A note.'],
  async run({ context, options, operands }) {
    context.out(JSON.stringify({ ...options, operands }));
    return 0;
  },
});

function failing(thrown: unknown): Command {
  return action({ summary: 'Fail', options: {}, run: () => Promise.reject(thrown) });
}

const table: CommandTable = {
  greet: { summary: 'Greet', load: async () => greet },
  keys: { summary: 'Keys', load: async () => ({ actions: { create: greet, revoke: greet } }) },
  misconfigured: {
    summary: 'x',
    load: async () => failing(new WeirError('config.invalid', { message: 'port: too large' })),
  },
  refused: { summary: 'x', load: async () => failing(new CommandFailure('No server answers.')) },
  busy: { summary: 'x', load: async () => failing(Object.assign(new Error('in use'), { code: 'EADDRINUSE' })) },
};

async function run(...args: string[]) {
  const context = fakeContext(args);
  const code = await runCli(table, context);
  return { code, out: context.printed.join('\n'), err: context.complained.join('\n') };
}

describe('the command line', () => {
  test('gives an action its options, with the types they declare', async () => {
    const { code, out } = await run('greet', '--loud', '--times', '3', '--title=Dr', 'Ada');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ loud: true, times: 3, title: 'Dr', operands: ['Ada'] });
  });

  test('leaves options that were not given undefined, and flags false', async () => {
    expect(JSON.parse((await run('greet')).out)).toEqual({ loud: false, operands: [] });
  });

  test.for([
    [['gret'], 'There is no command "gret". Did you mean "greet"?'],
    [['keys', 'creat'], 'There is no "keys creat". Did you mean "create"?'],
    [['greet', '--lod'], 'There is no option --lod. Did you mean --loud?'],
    [['greet', '--zzzzzzzz=1'], 'There is no option --zzzzzzzz. Options here: --loud, --times, --title.'],
    [['greet', '--times', 'many'], '--times takes a number, not "many".'],
    [['misconfigured'], 'port: too large'],
    [['misconfigured', 'word'], '"word" is one word too many: only options stand here.'],
  ] as const)('exits with 2 after the wrong use %j and says what was meant', async ([args, message]) => {
    const { code, err, out } = await run(...args);
    expect(err).toBe(`weir: ${message}`);
    expect(code).toBe(2);
    expect(out).toBe('');
  });

  test('exits with 1 when the work could not be done', async () => {
    expect(await run('refused')).toEqual({ code: 1, out: '', err: 'weir: No server answers.' });
    expect(await run('busy')).toMatchObject({ code: 1, err: expect.stringContaining('--port 0') });
  });

  test('does not take names of the object prototype for commands', async () => {
    expect((await run('constructor')).code).toBe(2);
    expect((await run('keys', 'toString')).code).toBe(2);
  });

  test('shows the commands, those of a group, and all about one', async () => {
    const overview = await run('--help');
    expect(overview).toMatchObject({ code: 0, out: expect.stringContaining('greet') });
    expect((await run()).code).toBe(2);
    expect(await run('keys', '--help')).toMatchObject({ code: 0, out: expect.stringContaining('keys revoke') });
    expect(await run('keys')).toMatchObject({ code: 2, out: '' });
    const help = await run('greet', '--help');
    expect(help.out).toContain('Usage: weir greet [NAME] [options]');
    expect(help.out).toContain('--times N');
    expect(help.out).toContain('A note.');
  });

  test('names its version', async () => {
    expect(await run('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  });
});
