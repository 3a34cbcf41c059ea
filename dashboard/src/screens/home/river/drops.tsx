import { useReducedMotion } from '@mantine/hooks';
import { useRef, useState } from 'react';
import { useLive } from '../../../api/use-live.ts';
import { lineOf, type RiverLink } from './lay-out.ts';
import classes from './river.module.css';

interface Drop {
  readonly id: number;
  readonly path: string;
  readonly isBad: boolean;
}

/** What a live event says of a call. */
interface SettledCall {
  readonly key_id: string;
  readonly provider: string | null;
  readonly success: boolean;
}

const MOST = 24;

/** One drop per settled call, from its key through Weir to its provider; none for those who want nothing to move. */
export function Drops({ links }: { readonly links: readonly RiverLink[] }) {
  const isStill = useReducedMotion();
  const [drops, setDrops] = useState<readonly Drop[]>([]);
  const next = useRef(0);
  useLive(['call'], ({ data }) => {
    if (isStill || document.hidden) return;
    const call = data as SettledCall;
    const path = pathOf(call, links);
    if (path === undefined) return;
    const drop = { id: next.current++, path, isBad: !call.success };
    setDrops((all) => (all.length >= MOST ? all : [...all, drop]));
  });
  return drops.map((drop) => (
    <circle
      key={drop.id}
      className={classes.drop}
      data-bad={drop.isBad}
      r={4}
      style={{ offsetPath: `path("${drop.path}")` }}
      onAnimationEnd={() => setDrops((all) => all.filter(({ id }) => id !== drop.id))}
    />
  ));
}

function pathOf(call: SettledCall, links: readonly RiverLink[]): string | undefined {
  const find = (kind: string, id: string) => links.find(({ stream }) => stream.kind === kind && stream.id === id);
  const into = find('key', call.key_id) ?? find('rest', 'rest');
  if (into === undefined) return undefined;
  const out = call.provider === null ? find('stopped', 'stopped') : find('provider', call.provider);
  return out === undefined ? lineOf(into) : `${lineOf(into)} L${lineOf(out).slice(1)}`;
}
