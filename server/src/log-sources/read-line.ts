import type { LogLine } from '../ports/log-source.ts';

/** What a line of text says of itself; `bytes` are those it takes where it came from. */
export type ReadLine = (text: string, bytes: number) => LogLine;
