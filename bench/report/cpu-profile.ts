/** The parts of a V8 CPU profile that are read here. */
export type CpuProfile = {
  nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
    children?: number[];
  }[];
  /** Microseconds of the machine's monotonic clock, the same in all threads. */
  startTime: number;
  samples: number[];
  /** Microseconds since the sample before. */
  timeDeltas: number[];
};

/** Part of the busy time, the largest first. */
export type Share = { name: string; ms: number; share: number };

export type SelfTimes = {
  busyMs: number;
  /** Time of each function itself, callees not included. */
  functions: Share[];
  /** The same by package or folder. */
  places: Share[];
  /** The same, but what runs outside our sources is charged to the nearest function of ours above it. */
  charged: Share[];
};

export type Reading = {
  /** The project's folder. */
  root: string;
  /** Samples before this moment are left out: start and warm-up. Same clock as `startTime`; absent = all count. */
  fromUs?: number;
};

type Frame = CpuProfile['nodes'][number]['callFrame'];

/** Where the busy time went; idle time is left out. */
export function selfTimes(profile: CpuProfile, { root, fromUs = 0 }: Reading): SelfTimes {
  const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const owners = ownersOf(profile, root);
  const functions = new Map<string, number>();
  const places = new Map<string, number>();
  const charged = new Map<string, number>();
  let busyUs = 0;
  let at = profile.startTime;
  profile.samples.forEach((id, index) => {
    const frame = frames.get(id);
    const us = profile.timeDeltas[index] ?? 0;
    at += us;
    if (at < fromUs || !frame || frame.functionName === '(idle)' || frame.functionName === '(root)') return;
    busyUs += us;
    add(functions, describe(frame, root), us);
    add(places, placeOf(frame.functionName, shortFile(frame.url, root)), us);
    add(charged, owners.get(id) ?? placeOf(frame.functionName, shortFile(frame.url, root)), us);
  });
  const shares = (sums: Map<string, number>): Share[] => sharesOf(sums, busyUs);
  return { busyMs: busyUs / 1000, functions: shares(functions), places: shares(places), charged: shares(charged) };
}

/** Node id -> the nearest function of ours at or above it; ids without one are absent. */
function ownersOf(profile: CpuProfile, root: string): Map<number, string> {
  const owners = new Map<number, string>();
  // A profile lists parents before their children.
  for (const { id, callFrame, children = [] } of profile.nodes) {
    if (isOurs(shortFile(callFrame.url, root))) owners.set(id, describe(callFrame, root));
    const owner = owners.get(id);
    if (owner === undefined) continue;
    for (const child of children) owners.set(child, owner);
  }
  return owners;
}

function isOurs(file: string): boolean {
  return file.startsWith('server/') || file.startsWith('bench/');
}

function describe({ functionName, url, lineNumber }: Frame, root: string): string {
  const file = shortFile(url, root);
  return `${functionName || '(anonymous)'}${file === '' ? '' : ` ${file}:${lineNumber + 1}`}`;
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
  if (isOurs(file)) return parts.slice(0, -1).slice(0, 4).join('/');
  return parts.slice(0, file.startsWith('@') ? 2 : 1).join('/');
}
