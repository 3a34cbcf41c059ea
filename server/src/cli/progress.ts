import type { CommandContext } from './command.ts';

const BAR = 24;

export interface Progress {
  /** `at` of the total is done; `label` replaces the text beside the bar. */
  advance(at: number, label?: string): void;
  /** Takes the bar away. */
  end(): void;
}

/** A bar at the bottom of the terminal; nothing at all when stderr is no terminal. */
export function progressBar(context: Pick<CommandContext, 'status'>, total: number, label: string): Progress {
  let text = label;
  const draw = (at: number) => {
    const share = total === 0 ? 1 : Math.min(1, at / total);
    const full = Math.round(share * BAR);
    context.status(
      `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${String(Math.round(share * 100)).padStart(3)}%  ${text}`,
    );
  };
  draw(0);
  return {
    advance(at, newLabel) {
      text = newLabel ?? text;
      draw(at);
    },
    end: () => context.status(''),
  };
}
