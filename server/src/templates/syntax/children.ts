import type { Arguments, Expression } from './nodes.ts';

/** The expressions right below one, in the order in which they are computed. */
export function childrenOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'literal':
    case 'name':
      return [];
    case 'list':
    case 'tuple':
      return node.items;
    case 'dict':
      return node.entries.flatMap(({ key, value }) => [key, value]);
    case 'attribute':
    case 'not':
    case 'negative':
    case 'positive':
      return [node.value];
    case 'item':
      return [node.value, node.key];
    case 'slice':
      return [node.value, node.start, node.stop, node.step].filter((bound) => bound !== undefined);
    case 'call':
      return [node.callee, ...argumentsOf(node.args)];
    case 'filter':
      return [...(node.value === undefined ? [] : [node.value]), ...argumentsOf(node.args)];
    case 'test':
      return [node.value, ...argumentsOf(node.args)];
    case 'arithmetic':
    case 'and':
    case 'or':
      return [node.left, node.right];
    case 'concat':
      return node.parts;
    case 'compare':
      return [node.first, ...node.rest.map(({ value }) => value)];
    case 'condition':
      return [node.test, node.then, ...(node.otherwise === undefined ? [] : [node.otherwise])];
  }
}

function argumentsOf({ positional, named }: Arguments): readonly Expression[] {
  return [...positional, ...named.map(({ value }) => value)];
}
