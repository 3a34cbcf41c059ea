/** The parts of a V8 CPU profile that are read here. */
export type CpuProfile = {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  /** Microseconds since the sample before. */
  timeDeltas: number[];
};

/** Part of the busy time, the largest first. */
export type Share = { name: string; ms: number; share: number };

export type SelfTimes = { busyMs: number; functions: Share[]; places: Share[] };

/** Time of functions themselves (callees not included), and the same by package or folder; idle time is left out. */
export function selfTimes(profile: CpuProfile, root: string): SelfTimes {
  const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const functions = new Map<string, number>();
  const places = new Map<string, number>();
  let busyUs = 0;
  profile.samples.forEach((id, index) => {
    const frame = frames.get(id);
    const us = profile.timeDeltas[index] ?? 0;
    if (!frame || frame.functionName === '(idle)' || frame.functionName === '(root)') return;
    busyUs += us;
    const file = shortFile(frame.url, root);
    const where = file === '' ? '' : ` ${file}:${frame.lineNumber + 1}`;
    add(functions, `${frame.functionName || '(anonymous)'}${where}`, us);
    add(places, placeOf(frame.functionName, file), us);
  });
  return { busyMs: busyUs / 1000, functions: sharesOf(functions, busyUs), places: sharesOf(places, busyUs) };
}

function add(sums: Map<string, number>, name: string, us: number): void {
  sums.set(name, (sums.get(name) ?? 0) + us);
}

function sharesOf(sums: Map<string, number>, totalUs: number): Share[] {
  const shares = [...sums].map(([name, us]) => ({ name, ms: us / 1000, share: us / totalUs }));
  return shares.sort((a, b) => b.ms - a.ms);
}

function shortFile(url: string, root: string): string {
  const path = url.replace('file://', '').replace(`${root}/`, '');
  return path.split('node_modules/').at(-1) ?? path;
}

/** `undici`, `node:net`, `server/src/gateway`, or the kind of work V8 did without a script. */
function placeOf(functionName: string, file: string): string {
  if (functionName === '(garbage collector)') return '(garbage collector)';
  if (file === '') return '(native)';
  const parts = file.split('/');
  if (file.startsWith('node:')) return parts[0] === 'node:internal' ? `node:internal/${parts[1]}` : file;
  if (file.startsWith('server/src/')) return parts.slice(0, -1).slice(0, 4).join('/');
  return parts.slice(0, file.startsWith('@') ? 2 : 1).join('/');
}
