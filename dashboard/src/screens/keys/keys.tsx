import { useMay } from '../../api/session.ts';
import { usePlace } from '../../parts/location.ts';
import { NotForRole } from '../../parts/not-for-role.tsx';
import { KeyOverview } from './key-overview.tsx';
import { NewKey } from './new-key.tsx';
import { OneKey } from './one-key.tsx';

/** `/keys`, `/keys/new` and `/keys/<id>`. */
export function Keys() {
  const [, id] = usePlace().segments;
  const mayOperate = useMay('operate');
  if (id === undefined) return <KeyOverview />;
  if (id !== 'new') return <OneKey key={id} id={id} />;
  return mayOperate ? <NewKey /> : <NotForRole title="Create a key" needs="operator" back={['/keys', 'All keys']} />;
}
