import type { PromptLabelObject } from '@weir/contract';
import classes from './prompts.module.css';

/** Labels with where they point. */
export function LabelTags({ labels }: { readonly labels: readonly PromptLabelObject[] }) {
  return (
    <span className={classes.tags}>
      {labels
        .filter(({ versions }) => versions.length > 0)
        .map(({ label, versions }) => (
          <span key={label} className={classes.tag}>
            {label} {versions.map(({ version }) => version).join(' / ')}
          </span>
        ))}
    </span>
  );
}
