import { createHmac } from 'node:crypto';

/**
 * `t=SECONDS,v1=HEX`: HMAC-SHA256 over `SECONDS.BODY`. The time is signed too, so a receiver can refuse what was sent
 * again later.
 */
export function signAlert(body: string, of: { secret: string; nowMs: number }): string {
  const seconds = Math.floor(of.nowMs / 1000);
  const signature = createHmac('sha256', of.secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${signature}`;
}
