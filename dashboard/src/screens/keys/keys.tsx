import { usePlace } from '../../parts/location.ts';
import { KeyOverview } from './key-overview.tsx';
import { NewKey } from './new-key.tsx';
import { OneKey } from './one-key.tsx';

/** `/keys`, `/keys/new` and `/keys/<id>`. */
export function Keys() {
  const [, id] = usePlace().segments;
  if (id === undefined) return <KeyOverview />;
  return id === 'new' ? <NewKey /> : <OneKey key={id} id={id} />;
}
