import type { ReactNode } from 'react';
import type { Read } from '../api/use-read.ts';
import { Problem } from './problem.tsx';
import { Waiting } from './waiting.tsx';

/** Shows what was read, or that it is being read, or why it could not be: `<Loaded of={keys}>{(keys) => ...}</Loaded>`. */
export function Loaded<Reply>({
  of,
  children,
}: {
  readonly of: Read<Reply>;
  readonly children: (reply: Reply) => ReactNode;
}) {
  if (of.data !== undefined) return children(of.data);
  return of.problem === undefined ? <Waiting /> : <Problem of={of.problem} again={of.again} />;
}
