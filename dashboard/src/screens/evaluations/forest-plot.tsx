import type { ComparisonObject } from '@weir/contract';
import { formatUsd } from '../../parts/format-usd.ts';
import { Health } from '../../parts/health.tsx';
import classes from './forest-plot.module.css';

type Metric = ComparisonObject['metrics'][number];

const LEVELS = { better: 'good', worse: 'bad', equivalent: 'quiet', 'not enough evidence': 'warn' } as const;

/**
 * One line per metric: the difference with its interval, around no difference in the middle; the band is what nobody would
 * mind. Everything it shows is in the cells beside it too.
 */
export function ForestPlot({ comparison }: { readonly comparison: ComparisonObject }) {
  const { metrics, margin } = comparison;
  const reach = Math.max(margin * 1.5, ...metrics.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)])) * 1.08;
  const at = (difference: number) => `${((difference / reach + 1) / 2) * 100}%`;
  const width = (from: number, to: number) => `${((to - from) / reach / 2) * 100}%`;
  return (
    <table className={classes.plot}>
      <caption className={classes.caption}>
        Candidate minus baseline, with the 95% interval. Up to {points(margin)} points nobody would mind.
      </caption>
      <thead>
        <tr>
          <th scope="col">Metric</th>
          <th scope="col" className={classes.picture}>
            <span className={classes.ends}>
              <span>worse</span>
              <span>better</span>
            </span>
          </th>
          <th scope="col" className={classes.number}>
            Difference
          </th>
          <th scope="col">Verdict</th>
        </tr>
      </thead>
      <tbody>
        {metrics.map((metric) => (
          <tr key={metric.metric}>
            <th scope="row">
              {metric.metric}
              <span className={classes.note}>
                {share(metric.baseline)} to {share(metric.candidate)}
              </span>
            </th>
            <td className={classes.picture}>
              <div className={classes.track} aria-hidden="true">
                <div className={classes.band} style={{ left: at(-margin), width: width(-margin, margin) }} />
                <div className={classes.zero} />
                <div
                  className={classes.interval}
                  data-level={LEVELS[metric.verdict]}
                  style={{ left: at(metric.low), width: width(metric.low, metric.high) }}
                />
                <div
                  className={classes.point}
                  data-level={LEVELS[metric.verdict]}
                  style={{ left: at(metric.difference) }}
                />
              </div>
            </td>
            <td className={classes.number}>
              {signed(metric.difference)}
              <span className={classes.note}>
                {signed(metric.low)} to {signed(metric.high)}
              </span>
            </td>
            <td>
              <Health level={LEVELS[metric.verdict]}>{metric.verdict}</Health>
              <Needs of={metric} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Needs({ of: { needs } }: { readonly of: Metric }) {
  if (needs === null) return null;
  return (
    <span className={classes.note}>
      about {needs.items} more items, {formatUsd(needs.cost_usd)}
    </span>
  );
}

/** Differences of scores in points of 100. */
function points(difference: number): string {
  return (difference * 100).toFixed(1).replace(/\.0$/, '');
}

function signed(difference: number): string {
  return `${difference > 0 ? '+' : difference < 0 ? '−' : ''}${points(Math.abs(difference))}`;
}

function share(score: number): string {
  return `${points(score)}%`;
}
