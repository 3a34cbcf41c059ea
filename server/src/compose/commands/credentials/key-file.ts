import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const OWNER_ONLY = 0o600;

/** The key file of a data directory while its key changes: the new key is on the disk before anything is encrypted with it. */
export class KeyFile {
  readonly path: string;
  readonly #next: string;

  constructor(dataDir: string) {
    this.path = join(dataDir, 'master.key');
    this.#next = join(dataDir, 'master.key.new');
  }

  get exists(): boolean {
    return existsSync(this.path);
  }

  read(): string {
    return readFileSync(this.path, 'utf8');
  }

  /** The key that an interrupted change had begun with, or the chosen one, or a new one. */
  prepare(chosen: string | undefined): string {
    if (existsSync(this.#next)) return readFileSync(this.#next, 'utf8');
    const text = `${(chosen ?? randomBytes(32).toString('base64')).trim()}\n`;
    const file = openSync(this.#next, 'wx', OWNER_ONLY);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return text;
  }

  /** From here on it is the key. */
  commit(): void {
    renameSync(this.#next, this.path);
  }
}
