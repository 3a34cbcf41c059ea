import { readFileSync } from 'node:fs';

/** What one core has done since the machine started, in ticks; undefined where the kernel does not tell. */
type CoreTimes = { busy: number; all: number } | undefined;

function coreTimes(core: number): CoreTimes {
  try {
    const line = readFileSync('/proc/stat', 'utf8')
      .split('\n')
      .find((text) => text.startsWith(`cpu${core} `));
    const [user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, irq = 0, softIrq = 0, stolen = 0] =
      line?.trim().split(/\s+/).slice(1).map(Number) ?? [];
    const busy = user + nice + system + irq + softIrq + stolen;
    return { busy, all: busy + idle + ioWait };
  } catch {
    return undefined;
  }
}

/** Starts watching a core; the returned function tells which share of it was busy since then. */
export function watchCore(core: number): () => number | undefined {
  const from = coreTimes(core);
  return () => {
    const to = coreTimes(core);
    if (!from || !to || to.all <= from.all) return undefined;
    return (to.busy - from.busy) / (to.all - from.all);
  };
}
