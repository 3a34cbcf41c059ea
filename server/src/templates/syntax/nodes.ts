import type { Position } from '../refusal.ts';

/** A literal: what a template can write as one token. */
export type Literal = null | boolean | string | { readonly integer: number } | { readonly float: number };

interface At {
  readonly at: Position;
}

export interface NamedArgument extends At {
  readonly name: string;
  readonly value: Expression;
}

export interface Arguments {
  readonly positional: readonly Expression[];
  readonly named: readonly NamedArgument[];
}

export interface NameNode extends At {
  readonly kind: 'name';
  readonly name: string;
}

export interface CallNode extends At {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly args: Arguments;
}

export interface FilterNode extends At {
  readonly kind: 'filter';
  readonly name: string;
  /** Undefined for the first filter of a filter block or a block set: its text comes from there. */
  readonly value: Expression | undefined;
  readonly args: Arguments;
}

export interface TestNode extends At {
  readonly kind: 'test';
  readonly name: string;
  readonly value: Expression;
  readonly args: Arguments;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

export type Expression =
  | (At & { readonly kind: 'literal'; readonly value: Literal })
  | NameNode
  | (At & { readonly kind: 'list' | 'tuple'; readonly items: readonly Expression[] })
  | (At & { readonly kind: 'dict'; readonly entries: readonly { key: Expression; value: Expression }[] })
  | (At & { readonly kind: 'attribute'; readonly value: Expression; readonly name: string })
  | (At & { readonly kind: 'item'; readonly value: Expression; readonly key: Expression })
  | (At & {
      readonly kind: 'slice';
      readonly value: Expression;
      readonly start: Expression | undefined;
      readonly stop: Expression | undefined;
      readonly step: Expression | undefined;
    })
  | CallNode
  | FilterNode
  | TestNode
  | (At & { readonly kind: 'not' | 'negative' | 'positive'; readonly value: Expression })
  | (At & {
      readonly kind: 'arithmetic';
      readonly operator: ArithmeticOperator;
      readonly left: Expression;
      readonly right: Expression;
    })
  | (At & { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression })
  | (At & { readonly kind: 'concat'; readonly parts: readonly Expression[] })
  | (At & {
      readonly kind: 'compare';
      readonly first: Expression;
      readonly rest: readonly { operator: ComparisonOperator; value: Expression; at: Position }[];
    })
  | (At & {
      readonly kind: 'condition';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression | undefined;
    });

/** What is assigned to: a name, several at once, or an attribute of a namespace. */
export type Target =
  | NameNode
  | (At & { readonly kind: 'targets'; readonly items: readonly Target[] })
  | (At & { readonly kind: 'namespace'; readonly name: string; readonly attribute: string });

export interface Parameter extends At {
  readonly name: string;
  readonly fallback: Expression | undefined;
}

export type Body = readonly Statement[];

export interface ForNode extends At {
  readonly kind: 'for';
  readonly target: Target;
  readonly over: Expression;
  readonly test: Expression | undefined;
  readonly isRecursive: boolean;
  readonly body: Body;
  readonly otherwise: Body;
}

export interface MacroNode extends At {
  readonly kind: 'macro';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: Body;
}

export interface CallBlockNode extends At {
  readonly kind: 'call-block';
  readonly parameters: readonly Parameter[];
  readonly call: CallNode;
  readonly body: Body;
}

export interface PartialUse extends At {
  /** Names of partials to try in order; the first that is given is taken. */
  readonly partials: readonly string[];
  readonly withContext: boolean;
}

export type Statement =
  | (At & { readonly kind: 'text'; readonly text: string })
  | (At & { readonly kind: 'output'; readonly value: Expression })
  | (At & {
      readonly kind: 'if';
      readonly branches: readonly { test: Expression; body: Body }[];
      readonly otherwise: Body | undefined;
    })
  | ForNode
  | (At & { readonly kind: 'set'; readonly target: Target; readonly value: Expression })
  | (At & {
      readonly kind: 'set-block';
      readonly target: Target;
      readonly filter: FilterNode | undefined;
      readonly body: Body;
    })
  | (At & {
      readonly kind: 'with';
      readonly assignments: readonly { target: Target; value: Expression }[];
      readonly body: Body;
    })
  | MacroNode
  | CallBlockNode
  | (At & { readonly kind: 'filter-block'; readonly filter: FilterNode; readonly body: Body })
  | (PartialUse & { readonly kind: 'include'; readonly ignoreMissing: boolean })
  | (PartialUse & { readonly kind: 'import'; readonly as: string })
  | (PartialUse & { readonly kind: 'from'; readonly names: readonly { name: string; as: string; at: Position }[] });
