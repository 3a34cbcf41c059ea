import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Editors write a file in several steps; the last one counts. */
const QUIET_MS = 100;

export interface FileWatch {
  close(): void;
}

export interface WatchedFile {
  readonly file: string;
  /** Runs something later; gives what cancels it. */
  readonly after: (delayMs: number, run: () => void) => () => void;
  /** The file has other content than before: changed, appeared or went away. */
  readonly onChange: () => void;
  /** Watching is not possible (any more); the server runs on without it. */
  readonly onError: (error: Error) => void;
}

/**
 * Tells when the content of a file changed. The folder is watched and not the file: editors and orchestrators replace
 * files, through symbolic links too, and a watch of the old file would never speak again.
 */
export function watchFile(of: WatchedFile): FileWatch {
  let content = contentOf(of.file);
  let cancel: (() => void) | undefined;
  const compare = () => {
    const now = contentOf(of.file);
    if (now === content) return;
    content = now;
    of.onChange();
  };
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(dirname(resolve(of.file)), { persistent: false }, () => {
      cancel?.();
      cancel = of.after(QUIET_MS, compare);
    });
    watcher.on('error', of.onError);
  } catch (thrown) {
    of.onError(thrown as Error);
  }
  return {
    close() {
      cancel?.();
      watcher?.close();
    },
  };
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
