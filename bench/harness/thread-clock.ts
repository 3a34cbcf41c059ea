import { readdirSync, readFileSync } from 'node:fs';

/** CPU nanoseconds so far by thread name, threads of one name together; empty where the kernel does not tell. */
export function threadNanoseconds(pids: readonly number[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const pid of pids) {
    for (const thread of threadsOf(pid)) {
      const time = readThread(`/proc/${pid}/task/${thread}`);
      if (time) sums.set(time.name, (sums.get(time.name) ?? 0) + time.ns);
    }
  }
  return sums;
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function readThread(folder: string): { name: string; ns: number } | undefined {
  try {
    const ns = Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]);
    return { name: readFileSync(`${folder}/comm`, 'utf8').trim(), ns };
  } catch {
    return undefined;
  }
}
