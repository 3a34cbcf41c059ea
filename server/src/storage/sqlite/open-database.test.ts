import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const OPENINGS = 100;
const THREADS = 3;

/** Opens each file of a list at the same moment as the other threads, and writes to it. */
const OPENER = `
  import { workerData, parentPort } from 'node:worker_threads';
  const { openDatabase } = await import(workerData.module);
  const arrived = new Int32Array(workerData.arrived);
  const wrong = [];
  workerData.files.forEach((file, at) => {
    Atomics.add(arrived, at, 1);
    while (Atomics.load(arrived, at) < workerData.threads);
    try {
      const database = openDatabase(file);
      database.exec('CREATE TABLE IF NOT EXISTS noted (at INTEGER)');
      database.exec('INSERT INTO noted VALUES (1)');
      database.close();
    } catch (error) {
      wrong.push(error.message);
    }
  });
  parentPort.postMessage(wrong);
`;

test('threads that open a new file at the same moment all open it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'weir-open-'));
  const files = Array.from({ length: OPENINGS }, (_, at) => join(directory, `${at}.db`));
  const workerData = {
    ...{ files, threads: THREADS, arrived: new SharedArrayBuffer(4 * OPENINGS) },
    module: new URL('./open-database.ts', import.meta.url).href,
  };
  const url = new URL(`data:text/javascript,${encodeURIComponent(OPENER)}`);
  const answers = Array.from({ length: THREADS }, () => {
    const worker = new Worker(url, { workerData });
    return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  });
  expect(await Promise.all(answers)).toEqual(Array.from({ length: THREADS }, () => []));
  rmSync(directory, { recursive: true });
});
