import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Editors write a file in several steps; looking a little later sees it whole. */
const DELAY_MS = 100;

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
    cancel = undefined;
    const now = contentOf(of.file);
    if (now === content) return;
    content = now;
    of.onChange();
  };
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(dirname(resolve(of.file)), { persistent: false }, () => {
      // A look that is due is not put off: other files of a busy folder would put it off for ever.
      cancel ??= of.after(DELAY_MS, compare);
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
