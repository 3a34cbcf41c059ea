import type { GuardVerdictObject } from '@weir/contract';
import classes from './guardrails.module.css';

type Finding = GuardVerdictObject['findings'][number];

/** The text with what was found marked; where findings overlap, the one that begins first. */
export function MarkedText({ text, findings }: { readonly text: string; readonly findings: readonly Finding[] }) {
  const pieces: { text: string; finding?: Finding; at: number }[] = [];
  let end = 0;
  for (const finding of [...findings].sort((left, right) => left.start - right.start)) {
    if (finding.start < end || finding.end <= finding.start) continue;
    pieces.push({ text: text.slice(end, finding.start), at: end });
    pieces.push({ text: text.slice(finding.start, finding.end), finding, at: finding.start });
    end = finding.end;
  }
  pieces.push({ text: text.slice(end), at: end });
  return (
    <p className={classes.text}>
      {pieces.map((piece) =>
        piece.finding === undefined ? (
          piece.text
        ) : (
          <mark key={piece.at} className={classes.mark} data-kind={piece.finding.guardrail}>
            {piece.text}
          </mark>
        ),
      )}
    </p>
  );
}
