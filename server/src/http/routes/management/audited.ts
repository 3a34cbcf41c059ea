import type { AuditLog } from '../../../features/audit/audit-log.ts';
import { keyOf, type WeirRequest } from '../../route.ts';

/** Notes what the caller did; resolves when the note is stored. */
export function audited(
  audit: Pick<AuditLog, 'record'>,
  request: WeirRequest,
  event: { projectId: string; action: string; object: string; detail: Readonly<Record<string, unknown>> },
): Promise<void> {
  return audit.record({ ...event, actor: keyOf(request).id });
}
