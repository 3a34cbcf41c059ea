import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** One file of the dashboard's build. */
export interface BuiltFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** The same, compressed; absent where that saves nothing. */
  readonly gzipped?: Buffer;
}

export interface BuiltFiles {
  /** Undefined when the build has no such file; `name` is relative, such as `assets/index-3f.js`. */
  read(name: string): Promise<BuiltFile | undefined>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** Names as the build makes them: a name that leads elsewhere is none. */
const NAME = /^(?:assets\/)?[\w-]+(?:\.[\w-]+)*$/;

const compress = promisify(gzip);

/** Files of a directory, read and compressed when first asked for and kept. */
export function builtFiles(directory: string): BuiltFiles {
  const kept = new Map<string, Promise<BuiltFile | undefined>>();
  return {
    async read(name) {
      const type = TYPES[extname(name)];
      if (type === undefined || !NAME.test(name)) return undefined;
      let file = kept.get(name);
      if (file === undefined) {
        file = load(join(directory, name), type);
        kept.set(name, file);
        // A build may still come: what is missing is looked for again.
        if ((await file) === undefined) kept.delete(name);
      }
      return file;
    },
  };
}

async function load(path: string, type: string): Promise<BuiltFile | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (bytes === undefined) return undefined;
  return type.startsWith('font/') ? { type, bytes } : { type, bytes, gzipped: await compress(bytes) };
}
