import type { Environment } from '../config/load-config.ts';

/** What a command gets from the world; no command touches process.* itself. */
export interface CommandContext {
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** stderr is a terminal: progress bars make sense. */
  readonly isInteractive: boolean;
}

export interface Command {
  /** As typed: `serve`, `keys`, `config`. */
  readonly name: string;
  readonly summary: string;
  /** Usage text of `weir NAME --help`. */
  readonly usage: string;
  /** Exit code: 0 ok, 1 failed, 2 wrong use or configuration. */
  run(context: CommandContext): Promise<number>;
}
