import { formatDuration } from '../../parts/format-duration.ts';
import type { UsageRecord } from './call-row.ts';
import classes from './waterfall.module.css';
import { waterfallBars } from './waterfall-bars.ts';

/** Where the time of a call went, one line per attempt and wait, from its arrival to its end. */
export function Waterfall({ call }: { readonly call: UsageRecord }) {
  const bars = waterfallBars(call);
  const endMs = Math.max(call.response_time_ms, ...bars.map(({ fromMs, tookMs }) => fromMs + tookMs), 0.001);
  return (
    <ol className={classes.waterfall} aria-label="Where the time went">
      {bars.map((bar, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars of a call that is over do not move
        <li key={at} className={classes.line}>
          <span className={classes.name}>
            {bar.name}
            <span className={classes.note}>{bar.note}</span>
          </span>
          <span className={classes.track} aria-hidden="true">
            <span
              className={classes.bar}
              data-kind={bar.kind}
              style={{ left: `${(bar.fromMs / endMs) * 100}%`, width: `${(bar.tookMs / endMs) * 100}%` }}
            />
          </span>
          <span className={classes.took}>{formatDuration(bar.tookMs)}</span>
        </li>
      ))}
    </ol>
  );
}
