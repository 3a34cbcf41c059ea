import { expect, test } from 'vitest';
import { NOON, settled } from '../../../../test/contracts/ledger-records.ts';
import { temporaryLedger } from '../../../../test/support/temporary-ledger.ts';
import type { Finding } from '../../kernel/finding.ts';
import { DAY_MS, HOUR_MS } from '../../kernel/time.ts';
import { findingsReport } from './findings-report.ts';

const EMAIL: Finding = {
  guardrail: 'pii',
  type: 'email',
  start: 0,
  end: 9,
  score: 1,
  origin: 'user',
  action: 'monitor',
};
const ATTACK: Finding = { ...EMAIL, guardrail: 'injection', type: 'override', action: 'block' };
const DAY = { fromMs: NOON - DAY_MS / 2, toMs: NOON + DAY_MS / 2 };

test('adds up findings by time and kind, and counts a call once however much it holds', async () => {
  const ledger = await temporaryLedger([
    settled('req_clean'),
    settled('req_two', { findings: [EMAIL, EMAIL] }),
    settled('req_attack', { findings: [EMAIL, ATTACK], timestamp: NOON + HOUR_MS }),
    settled('req_unscanned', { findings: [{ ...EMAIL, type: 'unscanned' }] }),
    settled('req_foreign', { findings: [EMAIL], project_id: 'project_2' }),
    settled('req_later', { findings: [EMAIL], timestamp: DAY.toMs }),
  ]);
  const email = { guardrail: 'pii', type: 'email', origin: 'user', action: 'monitor' };
  const attack = { guardrail: 'injection', type: 'override', origin: 'user', action: 'block' };
  expect(await findingsReport(ledger, { ...DAY, projectId: 'project_1', by: 'hour' })).toEqual({
    ...{ ...DAY, isComplete: true, calls: 4, callsFound: 2, callsBlocked: 1, callsUnscanned: 1 },
    groups: [
      { startMs: NOON, ...email, calls: 1, findings: 2 },
      { startMs: NOON + HOUR_MS, ...email, calls: 1, findings: 1 },
      { startMs: NOON + HOUR_MS, ...attack, calls: 1, findings: 1 },
    ],
  });
  const { groups } = await findingsReport(ledger, { ...DAY, by: 'day' });
  expect(groups).toEqual([
    { startMs: DAY.fromMs, ...email, calls: 3, findings: 4 },
    { startMs: DAY.fromMs, ...attack, calls: 1, findings: 1 },
  ]);
});
