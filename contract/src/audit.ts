import { z } from 'zod';

export const auditEntrySchema = z.object({
  id: z.string(),
  at: z.string().describe('ISO 8601'),
  project_id: z.string(),
  actor: z.string().describe('Id of the key that did it'),
  action: z.string(),
  object: z.string().describe('Id or name of what it was done to'),
  detail: z.record(z.string(), z.unknown()),
  hash: z.string().describe('SHA-256 over the hash of the row before and this row'),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
