import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { goTo } from './location.ts';

/** A link to another page of the dashboard; a real address, so that it opens in a new tab as well. */
export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { readonly href: string }) {
  return (
    <a
      href={href}
      onClick={(event) => {
        onClick?.(event);
        if (isPlainClick(event)) {
          event.preventDefault();
          goTo(href);
        }
      }}
      {...rest}
    />
  );
}

function isPlainClick(event: MouseEvent): boolean {
  return (
    event.button === 0 && !event.defaultPrevented && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
  );
}
