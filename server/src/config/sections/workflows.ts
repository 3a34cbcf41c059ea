import { z } from 'zod';

export const workflowsSchema = z.strictObject({
  max_running: z
    .number()
    .int()
    .positive()
    .max(10_000)
    .default(100)
    .describe('Runs that one process drives at the same time; runs that wait for a time or a person do not count'),
  lease_s: z
    .number()
    .int()
    .min(3)
    .max(3600)
    .default(30)
    .describe('After so many seconds without a sign of life another process takes over the runs of one that died'),
  env: z
    .array(z.string().min(1))
    .default([])
    .describe('Environment variables that workflows may read as env.NAME; no others are visible to them'),
});
