import type { ReactNode } from 'react';
import classes from './meter.module.css';

/** How far something is used: a bar that says the share as a text too. Over 80% it warns, at 100% it is full. */
export function Meter({
  share,
  label,
  isGood = false,
  children,
}: {
  /** 0 to 1 and above. */
  readonly share: number;
  /** What is used, for those who cannot see the bar. */
  readonly label: string;
  /** True: the more the better, so it never warns. */
  readonly isGood?: boolean;
  /** Beside the bar: the numbers. */
  readonly children?: ReactNode;
}) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  const level = isGood ? 'good' : share >= 1 ? 'bad' : share >= 0.8 ? 'warn' : 'good';
  return (
    <div className={classes.meter}>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        className={classes.bar}
      >
        <div className={classes.fill} data-level={level} style={{ width: `${percent}%` }} />
      </div>
      {children === undefined ? null : <span className={classes.text}>{children}</span>}
    </div>
  );
}
