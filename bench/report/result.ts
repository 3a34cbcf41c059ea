import type { Outcome } from '../measure.ts';
import type { MemoryFigure } from '../memory.ts';
import type { Ratios } from './ratios.ts';

/** What one run writes: all figures, and the ratios that `bench:gate` looks at. */
export type BenchResult = {
  /** ISO time of the end of the run. */
  at: string;
  machine: { cpu: string; cores: number; node: string /** `native` or `node`. */; tools: string };
  repeats: number;
  /** Quick runs have one repeat and fewer workloads: good for a look, not for a verdict. */
  quick: boolean;
  outcomes: readonly Outcome[];
  memory: readonly MemoryFigure[];
  /** Contestant -> why it was not run. */
  skipped: Record<string, string>;
  notes: readonly string[];
  ratios: Ratios;
};
