import type { Environment } from '../config/load-config.ts';

/** What a command gets from the world; no command touches process.* for its input and output. */
export interface CommandContext {
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Rewrites one line at the bottom of stderr, '' removes it; does nothing unless stderr is a terminal. */
  readonly status: (text: string) => void;
  /** All of standard input, for secrets that must not stand in a command line. */
  readonly readInput: () => Promise<string>;
  /** Standard input as it comes, for input of any size. */
  readonly input: () => AsyncIterable<Uint8Array>;
  /** Bytes for standard output, as they are; resolves when they are taken. Whoever reads may have gone: then the process ends. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** stderr is a terminal: progress bars make sense. */
  readonly isInteractive: boolean;
  /** stdout is a terminal that shows colours. */
  readonly hasColours: boolean;
}

/** One thing `weir` does: `serve`, `keys create`. Made by `action()`. */
export interface Action {
  readonly summary: string;
  readonly help: HelpText;
  /** Exit code: 0 ok, 1 failed, 2 wrong use or configuration. `args` starts after the action's own name. */
  run(context: CommandContext): Promise<number>;
}

/** A word that stands before several actions: `keys` before `create`, `list` and `revoke`. */
export interface ActionGroup {
  readonly actions: Readonly<Record<string, Action>>;
}

export type Command = Action | ActionGroup;

/** What help and the reference page say of an action. */
export interface HelpText {
  /** What stands after the name besides options: `FILE`, `[NAME...]`; absent when nothing does. */
  readonly operands?: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Paragraphs below the options. */
  readonly notes?: readonly string[];
}

export interface Option {
  /** flag: present or not; text and number take a value. */
  readonly kind: 'flag' | 'text' | 'number';
  /** Stands for the value in help: FILE, PORT. */
  readonly value?: string;
  readonly about: string;
}

export function isGroup(command: Command): command is ActionGroup {
  return 'actions' in command;
}
