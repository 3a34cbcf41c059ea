import { readFileSync } from 'node:fs';

/** The version of the package that runs; sources and build lie equally deep below its package.json. */
export const version: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
