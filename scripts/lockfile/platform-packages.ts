/** One `packages` entry of an npm lockfile, as far as it matters here. */
export interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly license?: string;
  readonly optional?: boolean;
  readonly engines?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export type LockedPackages = Readonly<Record<string, LockedPackage>>;

export interface MissingPackage {
  readonly name: string;
  readonly version: string;
  /** The package that wants it, by its key in the lockfile. */
  readonly wantedBy: string;
}

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64'];

/** The optional packages that the lockfile mentions but does not lock; with any of them `npm ci` refuses to install. */
export function findMissingPackages(packages: LockedPackages): MissingPackage[] {
  return Object.entries(packages).flatMap(([wantedBy, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !(`node_modules/${name}` in packages) && !(`${wantedBy}/node_modules/${name}` in packages))
      .map(([name, version]) => ({ name, version, wantedBy })),
  );
}

/** Locks a platform package by what its name says, so that other platforms skip it without asking for it. */
export function lockPlatformPackage(
  { name, version, wantedBy }: MissingPackage,
  packages: LockedPackages,
): LockedPackage {
  const words = name.slice(name.lastIndexOf('/') + 1).split('-');
  const system = SYSTEMS.find((candidate) => words.includes(candidate));
  const processor = PROCESSORS.find((candidate) => words.includes(candidate));
  if (!system || !processor || !/^\d+\.\d+\.\d+$/.test(version)) {
    throw new Error(`The platform of ${name}@${version} cannot be told from its name.`);
  }
  const { dev, license, engines } = packages[wantedBy] ?? {};
  return {
    version,
    cpu: [processor],
    ...(dev === undefined ? {} : { dev }),
    ...(system === 'linux' ? { libc: [words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc'] } : {}),
    ...(license === undefined ? {} : { license }),
    optional: true,
    os: [system],
    ...(engines === undefined ? {} : { engines }),
  };
}
