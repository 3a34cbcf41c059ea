import { Empty } from './empty.tsx';
import { Link } from './link.tsx';
import { Page } from './page.tsx';

/** At an address whose only purpose is something that the session may not do. */
export function NotForRole({
  title,
  needs,
  back,
}: {
  readonly title: string;
  /** The least role that may. */
  readonly needs: 'developer' | 'operator';
  readonly back: readonly [href: string, text: string];
}) {
  return (
    <Page title={title}>
      <Empty title={`This takes a key with the role ${needs} or more.`}>
        <Link href={back[0]}>{back[1]}</Link>
      </Empty>
    </Page>
  );
}
