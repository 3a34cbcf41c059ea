import { bare } from './bare.ts';
import type { Contestant } from './contestant.ts';
import { direct } from './direct.ts';
import { nginx } from './nginx.ts';
import { portkey } from './portkey.ts';
import { weir } from './weir.ts';

/** In the order in which one repeat runs them. */
export const contestants: readonly Contestant[] = [direct, nginx, bare, weir, portkey];
