import type { CommandContext } from '../command.ts';

export interface FakeContext extends CommandContext {
  readonly printed: string[];
  readonly complained: string[];
  readonly statuses: string[];
}

/** A terminal that remembers what it was shown. */
export function fakeContext(args: readonly string[], environment: Record<string, string> = {}): FakeContext {
  const printed: string[] = [];
  const complained: string[] = [];
  const statuses: string[] = [];
  return {
    args,
    environment,
    printed,
    complained,
    statuses,
    out: (line) => printed.push(line),
    err: (line) => complained.push(line),
    status: (text) => statuses.push(text),
    readInput: async () => '',
    input: async function* () {},
    write: async (bytes) => void printed.push(Buffer.from(bytes).toString('latin1')),
    isInteractive: false,
    hasColours: false,
  };
}
