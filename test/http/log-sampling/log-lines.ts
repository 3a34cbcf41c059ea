import type { LogLine, LogSource } from '../../../server/src/ports/log-source.ts';

/** An hour of a small shop's log, oldest first: loud information, some warnings, few errors. */
export function shopLines(endMs: number, many = 6000): LogLine[] {
  return Array.from({ length: many }, (_, at) => {
    const [severity, body] = shopLine(at);
    const time = endMs - 3_599_000 + Math.floor((at * 3_598_000) / many);
    return { body, severity, time, bytes: Buffer.byteLength(body) };
  });
}

function shopLine(at: number): [string, string] {
  if (at % 100 === 7) return ['ERROR', `payment of order ${at} failed: connection reset by 10.0.0.${at % 250}`];
  if (at % 20 === 3) return ['WARN', `slow query took ${at % 900} ms on table orders`];
  if (at % 3 === 0) return ['DEBUG', `cache lookup for key user:${at} hit`];
  if (at % 500 === 1) return ['INFO', `user ${at} changed the password`];
  return ['INFO', `GET /api/orders/${at} answered 200 in ${at % 90} ms`];
}

/** A source that holds these lines of one service. */
export function sourceOf(name: string, lines: () => readonly LogLine[]): LogSource {
  return {
    name,
    async *read({ from, to }) {
      const within = lines().filter(({ time = 0 }) => time >= from && time < to);
      for (let at = 0; at < within.length; at += 500) yield within.slice(at, at + 500);
    },
  };
}
