import { Session } from 'node:inspector';
import { getHeapStatistics } from 'node:v8';

export interface MemoryWatch {
  /** Looks now; to be called a few times a second, so that asking costs nothing. */
  look(): void;
  /** What the last look found. */
  isShort(): boolean;
}

export interface MemoryReading {
  readonly residentBytes: number;
  /** JavaScript heap in use, as a share of what it may become. */
  readonly heapShare: number;
}

/** The collector works ever harder above this and the process dies at the limit. */
const MAX_HEAP_SHARE = 0.9;
/** Once short, memory is enough again only below this share of the limits. */
const RELIEF = 0.95;
/** Without a limit of ours: what the container allows, less a rest for the kernel and for what cannot be refused. */
const CONTAINER_SHARE = 0.9;

/** Looks between two collections that we ask for: one stops everything for a moment. */
const LOOKS_PER_COLLECTION = 25;

/** Watches how near memory is to its end; asks the machine once at the start. */
export function watchMemory(of: {
  /** Absent: 90% of what the container allows. */
  limitBytes: number | undefined;
  read?: () => MemoryReading;
  collect?: () => void;
}): MemoryWatch {
  const limitBytes = of.limitBytes ?? containerLimit();
  const { read = readMemory, collect = collectGarbage } = of;
  let short = false;
  let looksWhileShort = 0;
  return {
    look() {
      const { residentBytes, heapShare } = read();
      const factor = short ? RELIEF : 1;
      short = residentBytes > limitBytes * factor || heapShare > MAX_HEAP_SHARE * factor;
      // Who takes no calls allocates next to nothing, so nothing else would ever make the collector look.
      looksWhileShort = short ? looksWhileShort + 1 : 0;
      if (looksWhileShort % LOOKS_PER_COLLECTION === 1) collect();
    },
    isShort: () => short,
  };
}

function readMemory(): MemoryReading {
  const { used_heap_size, heap_size_limit } = getHeapStatistics();
  return { residentBytes: process.memoryUsage.rss(), heapShare: used_heap_size / heap_size_limit };
}

function collectGarbage(): void {
  const session = new Session();
  session.connect();
  // Disconnecting from inside the answer would block the process for good.
  session.post('HeapProfiler.collectGarbage', () => setImmediate(() => session.disconnect()));
}

function containerLimit(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 && allowed < Number.MAX_SAFE_INTEGER ? allowed * CONTAINER_SHARE : Number.POSITIVE_INFINITY;
}
