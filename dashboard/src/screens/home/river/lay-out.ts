import { type SankeyGraph, type SankeyLink, type SankeyNode, sankey, sankeyLinkHorizontal } from 'd3-sankey';
import type { Flows, Stream } from './read-flows.ts';

interface NodeExtra {
  readonly id: string;
  /** Absent: Weir itself. */
  readonly stream?: Stream;
}

interface LinkExtra {
  readonly stream: Stream;
}

export type RiverNode = SankeyNode<NodeExtra, LinkExtra>;
export type RiverLink = SankeyLink<NodeExtra, LinkExtra>;

export const WEIR = 'weir';
/** Room for the name of the weir, in pixels. */
const TOP = 34;
/** Streams thinner than this share of all cannot be seen. */
const LEAST_SHARE = 0.012;

/** Places of nodes and ribbons in a size in pixels; `padding` keeps labels apart. */
export function layOut(
  flows: Flows,
  size: { readonly width: number; readonly height: number; readonly padding: number },
): SankeyGraph<NodeExtra, LinkExtra> {
  const total = flows.inflows.reduce((sum, { amount }) => sum + amount, 0);
  const least = Math.max(total, Number.MIN_VALUE) * LEAST_SHARE;
  const nodes: (NodeExtra & { readonly id: string })[] = [
    ...flows.inflows.map((stream) => ({ id: `in:${stream.id}`, stream })),
    { id: WEIR },
    ...flows.outflows.map((stream) => ({ id: `out:${stream.id}`, stream })),
  ];
  const links = [
    ...flows.inflows.map((stream) => ({ source: `in:${stream.id}`, target: WEIR, stream })),
    ...flows.outflows.map((stream) => ({ source: WEIR, target: `out:${stream.id}`, stream })),
  ].map((link) => ({ ...link, value: Math.max(link.stream.amount, least) }));
  return sankey<NodeExtra, LinkExtra>()
    .nodeId(({ id }) => id)
    .nodeWidth(5)
    .nodePadding(size.padding)
    .nodeSort(asTheyCome)
    .linkSort(asTheyCome)
    .extent([
      [0, TOP],
      [size.width, size.height - 10],
    ])({ nodes, links });
}

/** The middle line of a ribbon, as an SVG path; its width is the stroke's. */
export function lineOf(link: RiverLink): string {
  return sankeyLinkHorizontal<NodeExtra, LinkExtra>()(link) ?? '';
}

function asTheyCome(): number {
  return 0;
}
