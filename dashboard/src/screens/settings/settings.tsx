import { useMay } from '../../api/session.ts';
import { Page } from '../../parts/page.tsx';
import { Audit } from './audit.tsx';
import { EffectiveConfig } from './effective-config.tsx';
import { Projects } from './projects.tsx';
import { Reconcile } from './reconcile.tsx';
import { UserContent } from './user-content.tsx';

/** Who did what, and everything that holds on this server with where it comes from. */
export function Settings() {
  const isAdmin = useMay('admin');
  return (
    <Page title="Settings & audit" lead="What holds on this server, where it comes from, and who changed it.">
      {isAdmin ? <Audit /> : <p>The audit log and the configuration are for admins.</p>}
      <Projects />
      <UserContent />
      <Reconcile />
      {isAdmin ? <EffectiveConfig /> : null}
    </Page>
  );
}
