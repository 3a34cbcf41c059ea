import { formatCount } from '../../parts/format-count.ts';
import { formatShare } from '../../parts/format-share.ts';
import { Health } from '../../parts/health.tsx';
import type { Period } from '../../parts/period.tsx';
import classes from './grid.module.css';
import { type Cell, cellsOf, levelOf, type ProviderGroup } from './report.ts';

const MARKS = { good: '', warn: '!', bad: '×', none: '' } as const;
/** So many cells from one written time to the next. */
const EVERY = 6;

/** Provider by time: how each hour or day went. */
export function Grid({ groups, period }: { readonly groups: readonly ProviderGroup[]; readonly period: Period }) {
  const rows = cellsOf(groups, period);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className={classes.frame} aria-label={`Providers over the ${period.name}`} tabIndex={0}>
        <table className={classes.grid}>
          <thead>
            <tr>
              <th scope="col">Provider</th>
              {period.timesMs.map((ms, at) =>
                at % EVERY === 0 ? (
                  <td key={ms} className={classes.hour} colSpan={Math.min(EVERY, period.timesMs.length - at)}>
                    {timeOf(ms, period)}
                  </td>
                ) : null,
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ provider, cells }) => (
              <tr key={provider}>
                <th scope="row">{provider}</th>
                {cells.map((cell) => (
                  <GridCell key={cell.startMs} cell={cell} period={period} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <div className={classes.key}>
        <Health level="good">99% and more succeeded</Health>
        <Health level="warn">some failed</Health>
        <Health level="bad">more than a tenth failed</Health>
        <Health level="quiet">no calls</Health>
      </div>
    </>
  );
}

function GridCell({ cell, period }: { readonly cell: Cell; readonly period: Period }) {
  const level = levelOf(cell);
  const { calls, share, startMs } = cell;
  const said =
    share === undefined
      ? `${timeOf(startMs, period)}: no calls`
      : `${timeOf(startMs, period)}: ${formatShare(share)} of ${formatCount(calls)} succeeded`;
  return (
    <td className={classes.cell} data-level={level} title={said}>
      <span role="img" aria-label={said} className={classes.mark}>
        {MARKS[level]}
      </span>
    </td>
  );
}

function timeOf(ms: number, { by }: Period): string {
  const at = new Date(ms);
  if (by === 'day') return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
