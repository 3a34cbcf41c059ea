import type { PromptLabelObject, PromptObject, PromptVersionObject } from '@weir/contract';
import type { PromptVersion } from '../../../../features/prompts/prompts.ts';
import type { LabelTarget } from '../../../../features/prompts/targets.ts';
import type { JsonObject } from '../../../../kernel/json.ts';
import type { GateTerms } from '../../../../ports/label-gate.ts';
import type { KeptPrompt, LabelMoveRow, PromptLabelRow } from '../../../../ports/prompt-store.ts';
import { iso } from '../instants.ts';

type Jsons = PromptVersionObject['variables'];

export function shownVersion({ prompt, row, content, kept }: PromptVersion): PromptVersionObject {
  return {
    ...{ id: `${row.name}@${row.version}`, project_id: row.project_id, name: row.name },
    ...{ description: prompt.description, kind: content.kind, version: row.version },
    template: content.kind === 'text' ? (content.messages[0]?.content ?? '') : null,
    messages: content.messages.map((message) => ({ ...message })),
    ...{ variables: content.variables as Jsons, model_config: content.settings as Jsons },
    labels: labelsAt(kept, row.version),
    ...{ message: row.message, author: row.author, hash: row.hash, created_at: iso(row.created_at) },
  };
}

export function shownPrompt({ prompt, labels }: KeptPrompt): PromptObject {
  const { project_id, name, description, kind, latest, created_at, updated_at } = prompt;
  return {
    ...{ project_id, name, description, kind, latest, labels: labels.map(shownLabel) },
    ...{ created_at: iso(created_at), updated_at: iso(updated_at) },
  };
}

export function shownLabel({
  label,
  targets,
  protected: isProtected,
  gate,
  moved_at,
}: PromptLabelRow): PromptLabelObject {
  const terms = gate === null ? null : (JSON.parse(gate) as GateTerms);
  return {
    ...{ label, versions: readTargets(targets), protected: isProtected === 1 },
    gate: terms && { ...terms, metrics: terms.metrics === undefined ? null : [...terms.metrics] },
    moved_at: moved_at === 0 ? null : iso(moved_at),
  };
}

export function shownMove({ sequence, kind, targets, restores, author, reason, evidence, created_at }: LabelMoveRow) {
  return {
    ...{ sequence, kind, versions: readTargets(targets), restores, author, reason },
    evidence: JSON.parse(evidence) as string[],
    created_at: iso(created_at),
  };
}

/** What a change of a label leaves in the audit log. */
export function auditedMove({ label, kind, targets, restores, reason, evidence }: LabelMoveRow): JsonObject {
  return { label, kind, versions: readTargets(targets) as never, restores, reason, evidence: JSON.parse(evidence) };
}

function labelsAt({ prompt, labels }: KeptPrompt, version: number): string[] {
  const pointing = labels.filter(({ targets }) => readTargets(targets).some((target) => target.version === version));
  return [...pointing.map(({ label }) => label), ...(version === prompt.latest ? ['latest'] : [])];
}

function readTargets(targets: string): LabelTarget[] {
  return JSON.parse(targets) as LabelTarget[];
}
