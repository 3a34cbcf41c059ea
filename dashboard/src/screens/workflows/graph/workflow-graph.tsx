import '@xyflow/react/dist/base.css';
import { useMediaQuery } from '@mantine/hooks';
import { Background, Controls, type Edge, Handle, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react';
import { useEffect, useMemo, useState } from 'react';
import classes from './graph.module.css';
import { BOX, layOut } from './lay-out.ts';
import type { StepDefinition } from './step-definition.ts';

/** How a step of a run stands, for its box. */
export interface StepMark {
  readonly status: string;
  /** Below its name: what it cost and how long it took. */
  readonly note: string;
}

type StepNode = Node<
  { name: string; type: string; mark: StepMark | undefined; way: 'right' | 'down'; isChosen: boolean },
  'step'
>;

const NODE_TYPES = { step: StepBox };

/** Steps of a document and the ways between them; with `marks` (by path) it shows a run. A step can be chosen. */
export default function WorkflowGraph({
  steps,
  marks,
  chosen,
  onChoose,
}: {
  readonly steps: readonly StepDefinition[];
  readonly marks?: ReadonlyMap<string, StepMark>;
  readonly chosen?: string | undefined;
  readonly onChoose?: (path: string) => void;
}) {
  const way = useMediaQuery('(max-width: 760px)', undefined, { getInitialValueInEffect: false }) ? 'down' : 'right';
  const picture = useMemo(() => layOut(steps, way), [steps, way]);
  const nodes = picture.steps.map(
    ({ path, name, type, x, y }): StepNode => ({
      ...{ id: path, type: 'step', position: { x, y }, width: BOX.width, height: BOX.height },
      data: { name, type, mark: marks?.get(path), way, isChosen: chosen === path },
      ariaLabel: `${name}, ${type}${marks === undefined ? '' : `, ${marks.get(path)?.status ?? 'not begun'}`}`,
    }),
  );
  const edges = picture.lines.map(
    ({ from, to, label }): Edge => ({
      ...{ id: `${from} ${to}`, source: from, target: to, type: 'smoothstep', focusable: false },
      ...(label === '' ? {} : { label }),
      animated: marks?.get(to)?.status === 'running',
    }),
  );
  return (
    <div className={classes.frame} data-way={way} style={{ height: heightOf(picture.steps, way) }}>
      <FittedFlow
        key={`${way} ${picture.steps.length}`}
        nodes={nodes}
        edges={edges}
        {...(onChoose === undefined ? {} : { onChoose })}
      />
    </div>
  );
}

function FittedFlow({
  nodes,
  edges,
  onChoose,
}: {
  readonly nodes: StepNode[];
  readonly edges: Edge[];
  readonly onChoose?: (path: string) => void;
}) {
  const [isReady, setIsReady] = useState(false);
  useEffect(() => setIsReady(true), []);
  if (!isReady) return null;
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      fitView
      fitViewOptions={{ padding: 0.08, maxZoom: 1 }}
      minZoom={0.2}
      maxZoom={1.5}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={onChoose !== undefined}
      edgesFocusable={false}
      zoomOnScroll={false}
      preventScrolling={false}
      onNodeClick={(_event, node) => onChoose?.(node.id)}
      onSelectionChange={({ nodes: [node] }) => {
        if (node !== undefined) onChoose?.(node.id);
      }}
      proOptions={{ hideAttribution: true }}
    >
      <Background gap={22} size={1} color="var(--line)" />
      <Controls showInteractive={false} />
    </ReactFlow>
  );
}

function StepBox({ data }: NodeProps<StepNode>) {
  const [target, source] = data.way === 'right' ? [Position.Left, Position.Right] : [Position.Top, Position.Bottom];
  return (
    <div className={classes.step} data-status={data.mark?.status} data-chosen={data.isChosen}>
      <Handle type="target" position={target} isConnectable={false} />
      <span className={classes.name}>{data.name}</span>
      <span className={classes.note}>
        {data.type}
        {data.mark === undefined || data.mark.note === '' ? '' : ` · ${data.mark.note}`}
      </span>
      <Handle type="source" position={source} isConnectable={false} />
    </div>
  );
}

function heightOf(steps: readonly { readonly y: number }[], way: 'right' | 'down'): number {
  const ys = steps.map(({ y }) => y);
  const needed = Math.max(...ys) - Math.min(...ys) + BOX.height + 80;
  return Math.min(Math.max(needed, 190), way === 'right' ? 520 : 560);
}
