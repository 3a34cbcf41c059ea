import { z } from 'zod';

const days = (what: string) =>
  z.number().int().positive().max(36_500).optional().describe(`${what}, in days; absent: for ever`);

/** How long things are kept. */
export const retentionSchema = z.strictObject({
  usage_days: days(
    'How long the record of each call is kept; sums per hour and day, which reports and budgets read, stay',
  ),
  audit_days: days('How long rows of the audit log are kept; the chain of hashes begins behind those that went'),
  runs_days: days('How long runs of workflows are kept after their end, with their steps and decisions'),
  content_days: days('How long stored responses are kept'),
});
