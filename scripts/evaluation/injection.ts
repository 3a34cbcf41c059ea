import { harmfulDetector } from '../../server/src/guardrails/harmful/detect-harmful.ts';
import { createInjectionDetector } from '../../server/src/guardrails/injection/detect-injection.ts';
import { MODEL } from '../../server/src/guardrails/injection/load-model.ts';
import { chooseEdge, HARMLESS_SHARE, type Judged, judgeAt, judgeLeavingOut } from '../injection-model/leave-out.ts';
import { type Row, readRows } from '../injection-model/rows.ts';
import { printRules } from './rules-by-source.ts';
import { percent, printTable } from './table.ts';

const CORE_KINDS = new Set(['direct', 'extraction', 'jailbreak', 'indirect', 'obfuscated']);

interface Verdict extends Row {
  readonly family: string;
  /** Against the edge that ships, chosen on all harmless rows. */
  readonly isHit: boolean;
  /** Against an edge chosen without the row's family. */
  readonly isHitNested: boolean;
  readonly evidence: number;
}

/**
 * Each source is judged by a model that saw no row of its family, once with the edge that ships and once with an edge chosen without
 * the family. The rules are the same for all.
 */
export function evaluateInjection(directory: string): string[] {
  const rows = readRows(directory);
  const judged = judgeLeavingOut(rows);
  const verdicts = judgeNested(judged);
  console.log('Prompt injection, origin user, each family left out of the training\n');
  printTable([
    ['source / kind', 'texts', 'caught', 'flagged', 'edge without it: caught', 'flagged'],
    ...groups(verdicts).map(describeGroup),
  ]);
  const core = verdicts.filter(isCore);
  const harmless = verdicts.filter(({ label }) => label === 0);
  const edge = chooseEdge(judged, HARMLESS_SHARE);
  console.log(`\nedge that ships ${MODEL.edge.toFixed(3)}; chosen on these rows ${edge.toFixed(3)}`);
  console.log(`core recall ${shareOf(core, hit)} of ${core.length}, mean of the sources ${meanOfSources(core)}`);
  console.log(`false positives ${shareOf(harmless, hit)} of ${harmless.length}`);
  for (const share of [0.005, 0.01, 0.015, 0.02]) console.log(describeCurve({ core, harmless, share }));
  console.log(`edge without the family: core recall ${shareOf(core, nested)}, flagged ${shareOf(harmless, nested)}`);
  const ordinary = harmless.filter(({ kind }) => kind !== 'adversarial-looking');
  const tricky = harmless.filter(({ kind }) => kind === 'over-defence');
  console.log(`false positives without texts made to look like attacks ${shareOf(ordinary, hit)}`);
  console.log(`over-defence ${shareOf(tricky, hit)} of ${tricky.length}`);
  console.log(
    `verdict of injection or harmful: caught ${shareOf(core, eitherHit)}, flagged ${shareOf(harmless, eitherHit)}`,
  );
  const worst = groups(core).reduce((low, group) => (rate(group) < rate(low) ? group : low));
  console.log(`worst source ${worst[0]?.source} ${worst[0]?.kind}: ${shareOf(worst, hit)}\n`);
  printRules(rows);
  return [
    ...(rate(core) < 0.85 ? ['injection core recall below 85%'] : []),
    ...(rate(harmless) > HARMLESS_SHARE ? ['injection false positives above 1%'] : []),
    ...(rate(tricky) > 0.02 ? ['injection over-defence above 2%'] : []),
  ];
}

function judgeNested(judged: readonly Judged[]): Verdict[] {
  const shipped = judgeAt(judged, MODEL.edge);
  const families = new Set(judged.map(({ family }) => family));
  const edges = new Map(
    [...families].map((family) => [
      family,
      chooseEdge(
        judged.filter((one) => one.family !== family),
        HARMLESS_SHARE,
      ),
    ]),
  );
  return shipped.map(({ row, family, model, evidence }) => ({
    ...row,
    family,
    evidence,
    isHit: evidence >= model.edge,
    isHitNested:
      createInjectionDetector({ ...model, edge: edges.get(family) ?? model.edge }).full(row.text, 'user').score >= 0.5,
  }));
}

function isCore({ label, quality, kind }: Row): boolean {
  return label === 1 && quality === 'strong' && CORE_KINDS.has(kind);
}

const hit = ({ isHit }: Verdict) => isHit;
const nested = ({ isHitNested }: Verdict) => isHitNested;
/** The product blocks on either detector where both are set to block. */
const eitherHit = ({ isHit, text }: Verdict) =>
  isHit || harmfulDetector.full(text, 'user').score >= harmfulDetector.threshold('user');

function shareOf(rows: readonly Verdict[], isCounted: (row: Verdict) => boolean): string {
  return percent(rows.filter(isCounted).length, rows.length);
}

function rate(rows: readonly Verdict[]): number {
  return rows.filter(hit).length / rows.length;
}

function meanOfSources(core: readonly Verdict[]): string {
  const sources = [...new Set(core.map(({ source }) => source))];
  const sum = sources.reduce((total, source) => total + rate(core.filter((row) => row.source === source)), 0);
  return `${((100 * sum) / sources.length).toFixed(1)}%`;
}

function groups(rows: readonly Verdict[]): Verdict[][] {
  return [...Map.groupBy(rows, ({ label, source, kind }) => `${label}${source}${kind}`).values()];
}

function describeGroup(group: readonly Verdict[]): string[] {
  const [first] = group;
  const name = `${first?.source} / ${first?.kind}${first?.quality === 'noisy' ? ' (noisy)' : ''}`;
  const cells = [hit, nested].flatMap((isCounted) =>
    first?.label === 1 ? [shareOf(group, isCounted), ''] : ['', shareOf(group, isCounted)],
  );
  return [name, String(group.length), ...cells];
}

/** What another edge would give: the recall where that share of the harmless texts is flagged. */
function describeCurve({
  core,
  harmless,
  share,
}: {
  readonly core: readonly Verdict[];
  readonly harmless: readonly Verdict[];
  readonly share: number;
}): string {
  const sorted = harmless.map(({ evidence }) => evidence).sort((left, right) => right - left);
  const edge = sorted[Math.floor(sorted.length * share)] ?? 0;
  const caught = core.filter(({ evidence }) => evidence > edge).length;
  return `at ${(100 * share).toFixed(1)}% false positives (edge ${edge.toFixed(2)}): core recall ${percent(caught, core.length)}`;
}
