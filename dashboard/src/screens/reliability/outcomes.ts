/** A record of the ledger, as far as it tells how a call went. */
export interface CallWithAttempts {
  readonly request_id: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly provider: string | null;
  readonly model: string | null;
  readonly model_requested: string | null;
  readonly success: boolean;
  readonly error_code: string | null;
  readonly attempts: readonly {
    readonly reason: 'first' | 'retry' | 'fallback' | 'reask';
    readonly error_code: string | null;
  }[];
}

/** Sums over the calls that reached a provider. */
export function outcomesOf(records: readonly CallWithAttempts[]) {
  const calls = records.filter(({ attempts }) => attempts.length > 0);
  const attempts = calls.flatMap((call) => call.attempts);
  const ofReason = (reason: string) => attempts.filter((attempt) => attempt.reason === reason).length;
  return {
    calls: calls.length,
    answered: calls.filter(({ success }) => success).length,
    attempts: attempts.length,
    failedAttempts: attempts.filter(({ error_code }) => error_code !== null).length,
    retries: ofReason('retry'),
    fallbacks: ofReason('fallback'),
    /** Answered although an attempt failed. */
    rescued: calls.filter((call) => call.success && call.attempts.some(({ error_code }) => error_code !== null)).length,
  };
}
