import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DAY_MS } from '../../../kernel/time.ts';
import type { Finding, Patient } from './finding.ts';

/** No clock was right before this version existed. */
const EARLIEST = Date.UTC(2026, 0, 1);

/** Prices, limits and keys go by the clock; without asking anybody, only gross errors can be seen. */
export function checkClock({ dataDir }: Patient): Finding[] {
  const now = Date.now();
  const database = join(dataDir, 'weir.db');
  const written = existsSync(database) ? statSync(database).mtimeMs : 0;
  const detail = new Date(now).toISOString();
  if (now < EARLIEST || now < written - DAY_MS) {
    const advice = 'Set the clock (NTP): prices, day limits and the expiry of keys go by it.';
    return [{ outcome: 'fail', subject: 'clock', detail: `${detail} cannot be right`, advice }];
  }
  return [{ outcome: 'ok', subject: 'clock', detail }];
}
