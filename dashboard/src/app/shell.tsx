import { Suspense, useEffect, useRef, useState } from 'react';
import { Link } from '../parts/link.tsx';
import { usePlace } from '../parts/location.ts';
import { Waiting } from '../parts/waiting.tsx';
import { Brand } from './brand.tsx';
import { Navigation } from './navigation.tsx';
import { ScreenBoundary } from './screen-boundary.tsx';
import { screenOf } from './screens.ts';
import classes from './shell.module.css';

/** Navigation beside (on a phone: above) the screen of the address. */
export function Shell() {
  const { path } = usePlace();
  const screen = screenOf(path);
  const [isOpen, setIsOpen] = useState(false);
  const main = useFocusOnMove(screen?.path);

  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <header className={classes.bar}>
        <Link href="/" aria-label="Weir, home" className={classes.home}>
          <Brand />
        </Link>
        <button
          type="button"
          className={classes.menu}
          aria-expanded={isOpen}
          aria-controls="navigation"
          onClick={() => setIsOpen(!isOpen)}
        >
          {isOpen ? 'Close' : 'Menu'}
        </button>
      </header>
      <Navigation current={screen} isOpen={isOpen} onGo={() => setIsOpen(false)} />
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        <ScreenBoundary key={screen?.path ?? path}>
          <Suspense fallback={<Waiting />}>
            {screen === undefined ? <NoScreen path={path} /> : <screen.View />}
          </Suspense>
        </ScreenBoundary>
      </main>
    </div>
  );
}

function NoScreen({ path }: { readonly path: string }) {
  return (
    <>
      <h1>There is no page {path}</h1>
      <p>
        <Link href="/">Home</Link> shows how things are.
      </p>
    </>
  );
}

/** After another screen was chosen, reading and tabbing go on at its top; not at the first one, where nobody moved. */
function useFocusOnMove(screen: string | undefined) {
  const main = useRef<HTMLElement>(null);
  const last = useRef(screen);
  useEffect(() => {
    if (last.current === screen) return;
    last.current = screen;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [screen]);
  return main;
}
