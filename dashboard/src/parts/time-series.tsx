import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import classes from './time-series.module.css';

export interface Series {
  readonly label: string;
  /** One value per time; null where there is none. */
  readonly values: readonly (number | null)[];
  /** A colour of the page, such as `--chart-2` or `--bad`; absent: the next of the chart's own. */
  readonly color?: string;
  /** Draws bars in place of a line: amounts per interval. */
  readonly bars?: boolean;
}

/** Values over time. `summary` says in a sentence what can be seen, for those who cannot see it. */
export function TimeSeries({
  summary,
  timesMs,
  series,
  format,
  height = 220,
  stacked = false,
}: {
  readonly summary: string;
  /** Epoch milliseconds, ascending. */
  readonly timesMs: readonly number[];
  readonly series: readonly Series[];
  /** How a value is written at the axis and under the pointer. */
  readonly format: (value: number) => string;
  readonly height?: number;
  /** Series stand on each other, the last one at the bottom. */
  readonly stacked?: boolean;
}) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  const latestFormat = useRef(format);
  latestFormat.current = format;
  const shape = `${scheme} ${height} ${series.map(({ label, color, bars }) => `${label}|${color}|${bars}`).join(' ')}`;
  const chart = useRef<uPlot>(undefined);
  const drawn = stacked ? stack(series) : series.map(({ values }) => [...values]);
  const data = [timesMs.map((ms) => ms / 1000), ...drawn] as uPlot.AlignedData;
  const latest = useRef({ data, series });
  latest.current = { data, series };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the chart is made again when its shape changes; data flows in below
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const write = (value: number) => latestFormat.current(value);
    const own = (at: number, index: number | null) =>
      index === null ? null : (latest.current.series[at]?.values[index] ?? null);
    const options = optionsFor({ element, height, series: latest.current.series, write, own });
    const made = new uPlot(options, latest.current.data, element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [shape]);
  useEffect(() => chart.current?.setData(data));

  return <div ref={place} role="img" aria-label={summary} className={classes.chart} style={{ minHeight: height }} />;
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY_S = 86_400;

/** Seconds of the axis for people: the day where one begins, the clock between. */
function timesOf(splits: readonly number[], step: number): string[] {
  return splits.map((seconds) => {
    const at = new Date(seconds * 1000);
    return step >= DAY_S || at.getHours() + at.getMinutes() === 0 ? DAY.format(at) : CLOCK.format(at);
  });
}

/** Each series on top of those behind it in the list. */
function stack(series: readonly Series[]): number[][] {
  return series.map(({ values }, at) =>
    values.map((_, index) => series.slice(at).reduce((sum, each) => sum + (each.values[index] ?? 0), 0)),
  );
}

function optionsFor(of: {
  element: HTMLElement;
  height: number;
  series: readonly Series[];
  write: (value: number) => string;
  /** The value itself, where what is drawn has others below it. */
  own: (series: number, index: number | null) => number | null;
}): uPlot.Options {
  const style = getComputedStyle(of.element);
  const colorOf = (name: string) => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: colorOf('--quiet'),
    font: `12px ${style.fontFamily}`,
    grid: { stroke: colorOf('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: of.element.clientWidth,
    height: of.height,
    legend: { live: true, show: of.series.length > 1 },
    cursor: { y: false, points: { size: 7 } },
    scales: { y: { range: (_chart, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        gap: 8,
        values: (...axis) => timesOf(axis[1], axis[4]),
      },
      { ...axis, size: 64, gap: 8, values: (_chart, values) => values.map((value) => of.write(value)) },
    ],
    series: [
      { value: (_chart, seconds) => (seconds == null ? '–' : new Date(seconds * 1000).toLocaleString('en-GB')) },
      ...of.series.map(({ label, color, bars }, at): uPlot.Series => {
        const stroke = colorOf(color ?? `--chart-${(at % 6) + 1}`);
        return {
          label,
          stroke,
          width: bars === true ? 0 : 2,
          points: { show: false },
          value: (...point) => {
            const value = of.own(at, point[3]);
            return value === null ? '–' : of.write(value);
          },
          ...(bars === true
            ? { fill: stroke, paths: uPlot.paths.bars?.({ size: [0.7, 36], radius: 0.15 }) as uPlot.Series.PathBuilder }
            : {}),
        };
      }),
    ],
  };
}
