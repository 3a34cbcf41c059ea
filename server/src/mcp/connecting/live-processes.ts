/** Tool servers that run, by process id: none may outlive Weir, however it ends. */
const live = new Set<number>();

/** Gives a function that forgets it. */
export function endWithWeir(pid: number): () => void {
  if (live.size === 0) process.on('exit', endAll);
  live.add(pid);
  return () => {
    live.delete(pid);
    if (live.size === 0) process.off('exit', endAll);
  };
}

function endAll(): void {
  for (const pid of live) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}
