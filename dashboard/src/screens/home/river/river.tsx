import { useElementSize } from '@mantine/hooks';
import { useId, useMemo } from 'react';
import { formatCount } from '../../../parts/format-count.ts';
import { formatShare } from '../../../parts/format-share.ts';
import { formatUsd } from '../../../parts/format-usd.ts';
import { Drops } from './drops.tsx';
import { layOut, lineOf, type RiverNode } from './lay-out.ts';
import type { Flows, Measure, Stream } from './read-flows.ts';
import classes from './river.module.css';

const LEAST_HEIGHT = 250;
/** Below this width a label takes two lines. */
const NARROW_PX = 520;

/** Who calls, through Weir, whom: width is spend or calls, colour is health. Drops are calls as they settle. */
export function River({ flows, measure }: { readonly flows: Flows; readonly measure: Measure }) {
  const { ref, width } = useElementSize();
  const most = Math.max(flows.inflows.length, flows.outflows.length);
  const isNarrow = width < NARROW_PX;
  const height = Math.max(LEAST_HEIGHT, most * (isNarrow ? 78 : 58));
  const graph = useMemo(
    () => (width === 0 ? undefined : layOut(flows, { width: Math.floor(width), height, padding: isNarrow ? 42 : 24 })),
    [flows, width, height, isNarrow],
  );
  const describedBy = useId();
  return (
    <div ref={ref} className={classes.river}>
      {graph === undefined ? (
        <div style={{ height }} />
      ) : (
        <svg width={Math.floor(width)} height={height} role="img" aria-labelledby={describedBy}>
          <title id={describedBy}>{describe(flows, measure)}</title>
          {graph.links.map((link) => (
            <path
              key={`${link.stream.kind}:${link.stream.id}`}
              className={classes.stream}
              data-level={link.stream.level}
              data-kind={link.stream.kind}
              d={lineOf(link)}
              strokeWidth={Math.max(1.5, link.width ?? 0)}
            />
          ))}
          <Drops links={graph.links} />
          {graph.nodes.map((node) => (
            <NodeMark key={node.id} node={node} measure={measure} width={width} />
          ))}
        </svg>
      )}
    </div>
  );
}

interface NodeProps {
  readonly node: RiverNode;
  readonly measure: Measure;
  readonly width: number;
}

function NodeMark({ node, measure, width }: NodeProps) {
  const { x0 = 0, x1 = 0, y0 = 0, y1 = 0, stream } = node;
  if (stream === undefined) {
    return (
      <g>
        <text className={classes.weirName} x={(x0 + x1) / 2} y={y0 - 18} textAnchor="middle">
          Weir
        </text>
        <rect className={classes.weir} x={x0 - 2} width={x1 - x0 + 4} y={y0 - 8} height={y1 - y0 + 16} rx={4} />
      </g>
    );
  }
  const isLeft = x0 < width / 2;
  const x = isLeft ? x1 + 10 : x0 - 10;
  const isNarrow = width < NARROW_PX;
  return (
    <g>
      <rect
        className={classes.node}
        data-level={stream.level}
        data-kind={stream.kind}
        x={x0}
        width={x1 - x0}
        y={y0}
        height={Math.max(2, y1 - y0)}
        rx={2}
      />
      <text
        className={classes.label}
        x={x}
        y={(y0 + y1) / 2 - (isNarrow ? 8 : 0)}
        textAnchor={isLeft ? 'start' : 'end'}
        dominantBaseline="middle"
      >
        <tspan className={classes.name}>{shortened(stream.name, isNarrow ? 17 : 32)}</tspan>
        <tspan className={classes.amount} {...(isNarrow ? { x, dy: 17 } : { dx: 8 })}>
          {amountOf(stream, measure)}
        </tspan>
      </text>
    </g>
  );
}

function shortened(name: string, most: number): string {
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}

function amountOf(stream: Stream, measure: Measure): string {
  return measure === 'spend' ? formatUsd(stream.amount) : formatCount(stream.amount);
}

/** The picture in a sentence per stream. */
function describe({ inflows, outflows }: Flows, measure: Measure): string {
  const line = (stream: Stream) =>
    `${stream.name} ${amountOf(stream, measure)}${stream.calls > 0 ? `, ${formatShare(stream.success)} of calls succeed` : ''}`;
  return `Into Weir: ${inflows.map(line).join('; ')}. Out of it: ${outflows.map(line).join('; ')}.`;
}
