import type { AuditLog } from '../../../../features/audit/audit-log.ts';
import type { LabelMover, LabelWriter } from '../../../../features/prompts/labels.ts';
import type { PromptShelf } from '../../../../features/prompts/prompt-shelf.ts';
import type { Prompts } from '../../../../features/prompts/prompts.ts';
import { keyOf, type WeirRequest } from '../../../route.ts';
import type { KnownProjects } from '../project-scope.ts';

export interface PromptRouteServices {
  readonly prompts: Pick<Prompts, 'add' | 'find' | 'version' | 'list' | 'versions' | 'diff' | 'archive'>;
  readonly labels: Pick<LabelMover, 'move' | 'rollback' | 'setRules' | 'history'>;
  readonly shelf: Pick<PromptShelf, 'render'>;
  readonly projects: KnownProjects;
  readonly audit: Pick<AuditLog, 'record'>;
}

export const PROMPTS = '/api/v1/prompts';
export const common = { errors: 'weir', tag: 'Prompts' } as const;

export function nameOf(request: WeirRequest): string {
  return (request.params as { name: string }).name;
}

export function writerOf(request: WeirRequest): LabelWriter {
  const { id, role } = keyOf(request);
  return { keyId: id, isOperator: OPERATORS.has(role) };
}

/** Who may do what `operate` routes do; these routes ask when a label's rules do. */
const OPERATORS = new Set<string>(['operator', 'admin']);
