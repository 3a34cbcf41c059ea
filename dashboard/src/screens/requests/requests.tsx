import { usePlace } from '../../parts/location.ts';
import { RequestDetail } from './request-detail.tsx';
import { RequestList } from './request-list.tsx';

/** All calls, or one of them: `/requests/req_...`. */
export function Requests() {
  const { segments } = usePlace();
  const id = segments[1];
  return id === undefined ? <RequestList /> : <RequestDetail key={id} id={id} />;
}
