import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { watchFile } from './watch.ts';

/** A watched file; what the watch wants to do later happens in `due`, when the test says so. */
function watched() {
  const directory = mkdtempSync(join(tmpdir(), 'watch-'));
  const file = join(directory, 'weir.yaml');
  writeFileSync(file, 'one');
  const due: (() => void)[] = [];
  const onChange = vi.fn<() => void>();
  const watch = watchFile({
    file,
    after: (_delayMs, run) => {
      due.push(run);
      return () => due.splice(0);
    },
    onChange,
    onError: (error) => expect.unreachable(error.message),
  });
  onTestFinished(() => {
    watch.close();
    rmSync(directory, { recursive: true });
  });
  return { directory, file, due, onChange };
}

describe('a watched file', () => {
  test('tells once of a change, however many events it made', async () => {
    const { file, due, onChange } = watched();
    writeFileSync(file, 'two');
    writeFileSync(file, 'three');
    await vi.waitFor(() => expect(due).toHaveLength(1));
    due.shift()?.();
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  test('tells of a file that was put in its place, and of one that went away', async () => {
    const { directory, file, due, onChange } = watched();
    writeFileSync(join(directory, 'draft'), 'two');
    renameSync(join(directory, 'draft'), file);
    await vi.waitFor(() => expect(due).toHaveLength(1));
    due.shift()?.();
    expect(onChange).toHaveBeenCalledTimes(1);
    rmSync(file);
    await vi.waitFor(() => expect(due).toHaveLength(1));
    due.shift()?.();
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  test('says nothing of its neighbours, nor of the same content written again', async () => {
    const { directory, file, due, onChange } = watched();
    writeFileSync(join(directory, 'other'), 'x');
    writeFileSync(file, 'one');
    await vi.waitFor(() => expect(due).toHaveLength(1));
    due.shift()?.();
    expect(onChange).not.toHaveBeenCalled();
  });

  test('reports that it cannot watch, and does not throw', () => {
    const onError = vi.fn<(error: Error) => void>();
    const file = join(tmpdir(), 'no-such-folder', 'weir.yaml');
    watchFile({ file, after: () => () => undefined, onChange: () => undefined, onError }).close();
    expect(onError).toHaveBeenCalledOnce();
  });
});
