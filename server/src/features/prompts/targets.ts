import { createHash } from 'node:crypto';
import { invalidRequest } from '../../kernel/errors.ts';

/** Where a label points: one version, or several with their shares of the calls. */
export interface LabelTarget {
  readonly version: number;
  readonly weight: number;
}

/** Kept by Weir itself: the newest version. */
export const LATEST = 'latest';
/** What is meant when nobody says which. */
export const USUAL = 'production';

export function readTargets(json: string): readonly LabelTarget[] {
  return JSON.parse(json) as LabelTarget[];
}

/** The version that this user, conversation or call gets of a label: always the same one as long as the label stays. */
export function chooseVersion(targets: readonly LabelTarget[], of: { key: string; unit: string }): number | undefined {
  if (targets.length < 2) return targets[0]?.version;
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  let point = (createHash('sha256').update(`${of.key}\n${of.unit}`).digest().readUInt32BE() / 2 ** 32) * total;
  for (const { version, weight } of targets) {
    point -= weight;
    if (point < 0) return version;
  }
  return targets.at(-1)?.version;
}

/** The version with the largest share. */
export function mainVersion(targets: readonly LabelTarget[]): number | undefined {
  let main: LabelTarget | undefined;
  for (const target of targets) if (main === undefined || target.weight > main.weight) main = target;
  return main?.version;
}

/** Throws `request.invalid` for a version that is named twice or does not exist. */
export function checkTargets(targets: readonly LabelTarget[], latest: number): void {
  const seen = new Set<number>();
  for (const { version } of targets) {
    if (version > latest) throw invalidRequest('version', `there is no version ${version}; the latest is ${latest}`);
    if (seen.has(version)) throw invalidRequest('versions', `names version ${version} twice`);
    seen.add(version);
  }
}
