import { appendFile, copyFile, mkdtemp, rename, rm, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FileTail } from './file-tail.ts';

async function setup(lastBytes = 1_000_000) {
  const directory = await mkdtemp(join(tmpdir(), 'tail-'));
  const path = join(directory, 'app.log');
  const lines: string[] = [];
  const sizes: number[] = [];
  const tail = new FileTail({
    path,
    lastBytes,
    readLine: (body, bytes) => ({ body, bytes }),
    onLines(found) {
      lines.push(...found.map(({ body }) => body));
      sizes.push(...found.map(({ bytes }) => bytes));
    },
  });
  onTestFinished(async () => {
    await tail.close();
    await rm(directory, { recursive: true });
  });
  return { directory, path, lines, sizes, tail };
}

describe('a log file is followed', () => {
  test('from its lines that are there, and as it grows; half a line waits for its end', async () => {
    const { path, lines, sizes, tail } = await setup();
    await writeFile(path, 'one\ngrüß\nha');
    await tail.look();
    expect(lines).toEqual(['one', 'grüß']);
    expect(sizes).toEqual([3, 6]);
    await appendFile(path, 'lf\n\nlast\n');
    await tail.look();
    await tail.look();
    expect(lines).toEqual(['one', 'grüß', 'half', 'last']);
  });

  test('from near its end when it is long, without the half line there', async () => {
    const { path, lines, tail } = await setup(12);
    await writeFile(path, 'a long first line\nsecond\nthird\n');
    await tail.look();
    expect(lines).toEqual(['third']);
  });

  test('when it comes into being later, from its beginning', async () => {
    const { path, lines, tail } = await setup(3);
    await tail.look();
    await writeFile(path, 'one\ntwo\n');
    await tail.look();
    expect(lines).toEqual(['one', 'two']);
  });

  test('over a rename: what the writer still puts into the old file is read, then the new file', async () => {
    const { directory, path, lines, tail } = await setup();
    await writeFile(path, 'one\n');
    await tail.look();
    await appendFile(path, 'two\n');
    await rename(path, join(directory, 'app.log.1'));
    await tail.look();
    await writeFile(path, 'four\n');
    await appendFile(join(directory, 'app.log.1'), 'three\n');
    await tail.look();
    expect([...lines].sort()).toEqual(['four', 'one', 'three', 'two']);
    await unlink(join(directory, 'app.log.1'));
    await appendFile(path, 'five\n');
    await tail.look();
    expect(lines.at(-1)).toBe('five');
    expect(lines).toHaveLength(5);
  });

  test('over copytruncate, when it is shorter afterwards', async () => {
    const { directory, path, lines, tail } = await setup();
    await writeFile(path, 'one\ntwo\n');
    await tail.look();
    await copyFile(path, join(directory, 'app.log.1'));
    await truncate(path);
    await appendFile(path, 'three\n');
    await tail.look();
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  test('over copytruncate, when it has grown as long or longer before anybody looked', async () => {
    const { path, lines, tail } = await setup();
    await writeFile(path, 'one\ntwo\n');
    await tail.look();
    await truncate(path);
    await appendFile(path, 'ten\nsix\n');
    // Two writes of a test may fall into one tick of the file system's clock.
    await utimes(path, 2_000_000_000, 2_000_000_000);
    await tail.look();
    expect(lines).toEqual(['one', 'two', 'ten', 'six']);
    await truncate(path);
    await appendFile(path, 'much longer than before\nand more\n');
    await tail.look();
    expect(lines.slice(4)).toEqual(['much longer than before', 'and more']);
  });

  test('a line without end takes no more memory than a long line', async () => {
    const { path, lines, sizes, tail } = await setup();
    await writeFile(path, `${'x'.repeat(300_000)}`);
    await tail.look();
    await appendFile(path, 'y\nnext\n');
    await tail.look();
    expect(lines.map((line) => line.length)).toEqual([65_536, 4]);
    expect(sizes).toEqual([300_001, 4]);
  });

  test('a directory in its place is an error, and over when it is a file again', async () => {
    const { directory, lines } = await setup();
    const tail = new FileTail({
      path: directory,
      lastBytes: 10,
      readLine: (body, bytes) => ({ body, bytes }),
      onLines: () => {},
    });
    await expect(tail.look()).rejects.toThrow('is not a file');
    await tail.close();
    expect(lines).toEqual([]);
  });
});
