import { z } from 'zod';
import { httpAddress } from './http-address.ts';

const identifier = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Usage for analysts, besides the ledger. */
export const clickhouseSchema = z.strictObject({
  url: httpAddress
    .optional()
    .describe('http://user:password@host:8123/database that gets a copy of every usage record; absent: none'),
  table: z.string().regex(identifier).default('weir_usage').describe('Table of the copy; made when it is not there'),
  max_waiting_records: z
    .number()
    .int()
    .positive()
    .default(1_000_000)
    .describe('Records that may wait while ClickHouse is away; beyond it the oldest are left out of the copy'),
});
