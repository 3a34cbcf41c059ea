import { usePlace } from '../../parts/location.ts';
import { OneDataset } from './one-dataset.tsx';
import { OneRun } from './one-run.tsx';
import { Overview } from './overview.tsx';

/** Which prompt, model or setting is better, and how sure that is. */
export function Evaluations() {
  const [, kind, id] = usePlace().segments;
  if (kind === 'runs' && id !== undefined) return <OneRun key={id} id={id} />;
  if (kind === 'datasets' && id !== undefined) return <OneDataset key={id} id={id} />;
  return <Overview />;
}
