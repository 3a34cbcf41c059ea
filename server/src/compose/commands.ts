import type { CommandTable } from '../cli/run-cli.ts';

/** Every command of `weir`. */
export const commands: CommandTable = {
  serve: { summary: 'Start the server', load: async () => (await import('./serve.ts')).serve },
};
