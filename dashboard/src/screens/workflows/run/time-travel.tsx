import type { ExecutionObject } from '@weir/contract';
import { formatDuration } from '../../../parts/format-duration.ts';
import classes from './run.module.css';

/** Goes back to how a run stood at an instant of it; at its end is how it stands. */
export function TimeTravel({
  of: { started_at, duration_ms },
  atMs,
  onMove,
}: {
  readonly of: ExecutionObject;
  readonly atMs: number | undefined;
  readonly onMove: (atMs: number | undefined) => void;
}) {
  if (started_at === null || duration_ms === null || duration_ms < 2) return null;
  const start = Date.parse(started_at);
  const into = atMs === undefined ? duration_ms : atMs - start;
  return (
    <label className={classes.travel}>
      <input
        type="range"
        aria-label="Time in the run"
        aria-valuetext={`${formatDuration(into)} into the run`}
        min={0}
        max={duration_ms}
        step={Math.max(1, Math.round(duration_ms / 200))}
        value={into}
        onChange={(event) => {
          const next = Number(event.currentTarget.value);
          onMove(next >= duration_ms * 0.995 ? undefined : start + next);
        }}
      />
      <span className="number">
        {formatDuration(into)} of {formatDuration(duration_ms)}
      </span>
    </label>
  );
}
