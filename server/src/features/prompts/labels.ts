import { invalidRequest, WeirError } from '../../kernel/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GateTerms, LabelGate } from '../../ports/label-gate.ts';
import {
  changedPrompt,
  type KeptPrompt,
  type LabelMoveRow,
  type PromptLabelRow,
  type PromptRow,
  type PromptStore,
} from '../../ports/prompt-store.ts';
import type { PromptShelf } from './prompt-shelf.ts';
import { checkTargets, LATEST, type LabelTarget, mainVersion, readTargets } from './targets.ts';

/** Who moves a label. */
export interface LabelWriter {
  readonly keyId: string;
  /** May move protected labels, and past a gate. */
  readonly isOperator: boolean;
}

export interface AskedMove {
  readonly projectId: string;
  readonly name: string;
  readonly label: string;
  /** Empty: it points nowhere from here on. */
  readonly targets: readonly LabelTarget[];
  readonly reason: string;
  /** Against its gate. */
  readonly override?: boolean | undefined;
}

export interface LabelMoverParts {
  readonly store: Pick<PromptStore, 'get' | 'move' | 'moves' | 'setRules'>;
  readonly shelf: Pick<PromptShelf, 'forget'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly gate: LabelGate;
}

const HISTORY = 1000;

/** Moves labels: onwards past their gate, back whenever somebody has to. */
export class LabelMover {
  readonly #of: LabelMoverParts;

  constructor(of: LabelMoverParts) {
    this.#of = of;
  }

  /** Rejects with `auth.denied` for a protected label, with `conflict` when its gate does not let it through. */
  async move(asked: AskedMove, by: LabelWriter): Promise<LabelMoveRow> {
    const { projectId, name, label, targets } = asked;
    const kept = await this.#kept(projectId, name);
    checkTargets(targets, kept.prompt.latest);
    const standing = standingLabel(kept, label);
    assertMovable(standing, label, by);
    const passed = targets.length === 0 ? NOT_ASKED : await this.#passGate(asked, standing, by);
    return this.#store({
      ...next({ project_id: projectId, name }, label, standing),
      ...{ kind: targets.length === 0 ? 'remove' : passed.kind, targets: JSON.stringify(targets), restores: null },
      ...{ author: by.keyId, reason: asked.reason, evidence: JSON.stringify(passed.runIds) },
      created_at: this.#of.clock.now(),
    });
  }

  /** Back to what the label pointed at before, or to a version it had once. No gate and no protection holds it up. */
  async rollback(
    asked: { projectId: string; name: string; label: string; to: number | undefined; reason: string },
    by: Pick<LabelWriter, 'keyId'>,
  ): Promise<LabelMoveRow> {
    const { projectId, name, label, to } = asked;
    const kept = await this.#kept(projectId, name);
    const standing = standingLabel(kept, label);
    const moves = await this.#of.store.moves({ projectId, name, label, limit: HISTORY });
    const back = to === undefined ? stateBefore(moves) : moves.find(({ targets }) => has(targets, to));
    if (back === undefined) {
      const what = to === undefined ? 'pointed nowhere else before' : `never pointed at version ${to}`;
      throw new WeirError('conflict', { param: 'label', message: `The label "${label}" of "${name}" ${what}.` });
    }
    return this.#store({
      ...next({ project_id: projectId, name }, label, standing),
      ...{ kind: 'rollback', restores: back.sequence },
      targets: to === undefined ? back.targets : JSON.stringify([{ version: to, weight: 1 }]),
      ...{ author: by.keyId, reason: asked.reason, evidence: '[]', created_at: this.#of.clock.now() },
    });
  }

  /** The move that comes with a new version. Throws as `move` rejects: no evaluation can know that version. */
  firstMove(of: {
    kept: KeptPrompt | undefined;
    prompt: PromptRow;
    label: string;
    version: number;
    by: LabelWriter;
  }): LabelMoveRow {
    const { kept, prompt, label, version, by } = of;
    const standing = kept === undefined ? undefined : standingLabel(kept, label);
    if (label === LATEST) throw latestMoves();
    assertMovable(standing, label, by);
    if (standing != null && standing.gate !== null && standing.moves > 0) {
      throw refused(label, 'a version that is just being made was never evaluated; move the label afterwards', {});
    }
    return {
      ...next(prompt, label, standing),
      ...{ kind: 'move', targets: JSON.stringify([{ version, weight: 1 }]), restores: null, author: by.keyId },
      ...{ reason: '', evidence: '[]', created_at: prompt.updated_at },
    };
  }

  async setRules(
    of: { projectId: string; name: string; label: string },
    rules: { protected?: boolean | undefined; gate?: GateTerms | null | undefined },
  ): Promise<PromptLabelRow> {
    const { projectId, name, label } = of;
    const standing = standingLabel(await this.#kept(projectId, name), label);
    const gate = rules.gate === undefined ? (standing?.gate ?? null) : rules.gate && JSON.stringify(rules.gate);
    const row = {
      ...{ project_id: projectId, name, label, gate },
      protected: Number(rules.protected ?? standing?.protected === 1),
    };
    await this.#of.store.setRules(row);
    return { targets: '[]', moves: 0, moved_at: 0, ...standing, ...row };
  }

  /** Newest first. */
  async history(query: {
    projectId: string;
    name: string;
    label: string;
    limit: number;
    before?: number | undefined;
  }): Promise<LabelMoveRow[]> {
    await this.#kept(query.projectId, query.name);
    return this.#of.store.moves(query);
  }

  async #kept(projectId: string, name: string): Promise<KeptPrompt> {
    const kept = await this.#of.store.get(projectId, name);
    if (kept !== undefined && kept.prompt.archived_at === null) return kept;
    throw new WeirError('resource.not_found', { message: `There is no prompt "${name}".` });
  }

  async #passGate(
    { projectId, name, label, targets, reason, override }: AskedMove,
    standing: PromptLabelRow | undefined,
    by: LabelWriter,
  ): Promise<{ kind: 'move' | 'override'; runIds: readonly string[] }> {
    if (standing === undefined || standing.gate === null) return NOT_ASKED;
    const now = await this.#lastTargets(standing);
    const from = mainVersion(now);
    if (from === undefined) return NOT_ASKED;
    const terms = JSON.parse(standing.gate) as GateTerms;
    const runIds: string[] = [];
    for (const { version } of targets) {
      if (now.some((target) => target.version === version)) continue;
      const verdict = await this.#of.gate({ projectId, prompt: name, label, terms, from, to: version });
      runIds.push(...verdict.runIds);
      if (verdict.allowed) continue;
      if (override !== true)
        throw refused(label, verdict.reason, { gate: terms, from, to: version, runs: verdict.runIds });
      if (!by.isOperator) throw denied('override', `This key may not move the label "${label}" past its gate.`);
      if (reason === '') throw invalidRequest('reason', 'is needed to move a label past its gate');
      return { kind: 'override', runIds };
    }
    return { kind: 'move', runIds };
  }

  /** Of a label that was taken away: what it pointed at then, or taking it away would be a way around its gate. */
  async #lastTargets({ project_id, name, label, targets }: PromptLabelRow): Promise<readonly LabelTarget[]> {
    const now = readTargets(targets);
    if (now.length > 0) return now;
    const moves = await this.#of.store.moves({ projectId: project_id, name, label, limit: HISTORY });
    return readTargets(moves.find(pointsSomewhere)?.targets ?? '[]');
  }

  async #store(row: LabelMoveRow): Promise<LabelMoveRow> {
    await this.#of.store.move(row);
    this.#of.shelf.forget([changedPrompt(row.project_id, row.name)]);
    return row;
  }
}

const NOT_ASKED = { kind: 'move', runIds: [] } as const;

function standingLabel({ labels }: KeptPrompt, label: string): PromptLabelRow | undefined {
  if (label === LATEST) throw latestMoves();
  return labels.find((row) => row.label === label);
}

function latestMoves(): WeirError {
  return invalidRequest('label', 'latest moves by itself to the newest version');
}

function assertMovable(standing: PromptLabelRow | undefined, label: string, by: LabelWriter): void {
  if (standing?.protected !== 1 || by.isOperator) return;
  throw denied('label', `The label "${label}" is protected: only operators may move it.`);
}

function denied(param: string, message: string): WeirError {
  return new WeirError('auth.denied', { param, message });
}

function refused(label: string, reason: string, details: Record<string, unknown>): WeirError {
  return new WeirError('conflict', {
    param: 'label',
    message: `The gate of the label "${label}": ${reason}.`,
    details,
  });
}

function next(
  { project_id, name }: { project_id: string; name: string },
  label: string,
  standing: PromptLabelRow | undefined,
) {
  return { project_id, name, label, sequence: (standing?.moves ?? 0) + 1 };
}

/** Going back again goes further back, not to where one came from. */
function stateBefore(moves: readonly LabelMoveRow[]): LabelMoveRow | undefined {
  let current = moves[0];
  while (current?.restores != null) {
    const { restores } = current;
    current = moves.find(({ sequence }) => sequence === restores);
  }
  if (current === undefined) return undefined;
  const { sequence, targets } = current;
  return moves.find((move) => move.sequence < sequence && move.targets !== targets && pointsSomewhere(move));
}

function pointsSomewhere({ targets }: LabelMoveRow): boolean {
  return targets !== '[]';
}

function has(targets: string, version: number): boolean {
  return readTargets(targets).some((target) => target.version === version);
}
