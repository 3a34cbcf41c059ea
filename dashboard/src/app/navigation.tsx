import { useMantineColorScheme } from '@mantine/core';
import { signOut, useSession } from '../api/session.ts';
import { Link } from '../parts/link.tsx';
import classes from './navigation.module.css';
import { GROUPS, SCREENS, type Screen } from './screens.ts';

/** One link per screen; below them whose session it is. */
export function Navigation({
  current,
  isOpen,
  onGo,
}: {
  readonly current: Screen | undefined;
  /** On a phone: is it shown? */
  readonly isOpen: boolean;
  readonly onGo: () => void;
}) {
  return (
    <div id="navigation" className={classes.side} data-open={isOpen}>
      <nav aria-label="Screens" className={classes.nav}>
        {GROUPS.map((group) => {
          const screens = SCREENS.filter((screen) => screen.group === group);
          if (screens.length === 0) return null;
          return (
            <section key={group} className={classes.group} aria-label={group}>
              <span className={classes.label} aria-hidden="true">
                {group}
              </span>
              {screens.map((screen) => (
                <Link
                  key={screen.path}
                  href={screen.path}
                  className={classes.link}
                  onClick={onGo}
                  {...(screen === current ? { 'aria-current': 'page' as const } : {})}
                >
                  {screen.label}
                </Link>
              ))}
            </section>
          );
        })}
      </nav>
      <Foot />
    </div>
  );
}

function Foot() {
  const session = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <div className={classes.foot}>
      <span className={classes.who}>
        {session?.role} · {session?.project_id}
      </span>
      <label className={classes.scheme}>
        <span>Colours</span>
        <select
          value={colorScheme}
          onChange={(event) => setColorScheme(event.currentTarget.value as 'auto' | 'light' | 'dark')}
        >
          <option value="auto">As the system</option>
          <option value="light">Light</option>
          <option value="dark">Dark</option>
        </select>
      </label>
      <button type="button" className={classes.out} onClick={() => void signOut()}>
        Sign out
      </button>
    </div>
  );
}
