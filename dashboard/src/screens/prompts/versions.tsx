import type { PromptVersionObject } from '@weir/contract';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import classes from './prompts.module.css';

/** The line of versions, newest first, with the labels that stop at each. */
export function Versions({ versions }: { readonly versions: readonly PromptVersionObject[] }) {
  return (
    <Section title="Versions">
      <ol className={classes.line} aria-label="Versions">
        {versions.map((version) => (
          <li key={version.version} className={classes.stop} data-labelled={version.labels.length > 0}>
            <strong>{version.version}</strong>
            <span className={classes.what}>
              <span>{version.message === '' ? 'no word on what changed' : version.message}</span>
              <span className={classes.tags}>
                {version.labels.map((label) => (
                  <span key={label} className={classes.tag}>
                    {label}
                  </span>
                ))}
              </span>
              <span className={classes.quiet}>
                {version.author === 'weir' ? 'came with Weir' : `by ${version.author}`},{' '}
                <When at={version.created_at} />
              </span>
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
