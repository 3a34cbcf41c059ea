import type { CommandTable } from '../cli/run-cli.ts';

/** Every command of `weir`. */
export const commands: CommandTable = {
  serve: { summary: 'Start the server', load: async () => (await import('./serving/serve.ts')).serve },
  demo: {
    summary: 'Show Weir at work: simulated providers, sample traffic, no key needed',
    load: async () => (await import('./demo/demo.ts')).demo,
  },
  simulate: {
    summary: 'Start simulated providers that speak the real wire formats',
    load: async () => (await import('./commands/simulate.ts')).simulate,
  },
  keys: { summary: 'Create, list and revoke keys', load: async () => (await import('./commands/keys.ts')).keys },
  providers: {
    summary: 'List, set and test providers',
    load: async () => (await import('./commands/providers.ts')).providers,
  },
  usage: { summary: 'Report usage and cost', load: async () => (await import('./commands/usage.ts')).usage },
  logs: {
    summary: 'Find the patterns of a log',
    load: async () => (await import('./commands/logs.ts')).logs,
  },
  workflow: {
    summary: 'Store, run, show, test and repeat workflows',
    load: async () => (await import('./commands/workflow.ts')).workflow,
  },
  prompts: {
    summary: 'List and render prompts; keep them as files',
    load: async () => (await import('./commands/prompts.ts')).prompts,
  },
  inbox: {
    summary: 'Decide what waits for a person',
    load: async () => (await import('./commands/inbox.ts')).inbox,
  },
  eval: {
    summary: 'Run an evaluation file',
    load: async () => (await import('./commands/eval.ts')).evaluate,
  },
  config: {
    summary: 'Check the configuration; say where each value comes from',
    load: async () => (await import('./commands/config.ts')).config,
  },
  credentials: {
    summary: 'Change the master key of the stored credentials',
    load: async () => (await import('./commands/credentials.ts')).credentials,
  },
  db: {
    summary: 'Migrate the database, copy it to PostgreSQL, back it up',
    load: async () => (await import('./commands/db.ts')).db,
  },
  doctor: {
    summary: 'Examine this machine and the configuration, and say what to do',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
};
