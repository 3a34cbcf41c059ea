import { describe, expect, it } from 'vitest';
import { limits } from '../limits.ts';
import { verdictsOf } from './verdict.ts';

const level = (median: number) => ({ median, min: median, max: median });

describe('the gate', () => {
  it('lets a figure on the limit pass and stops one just above it', () => {
    const [within] = verdictsOf({ ratios: { smallToBare: level(2) } }, [{ ratio: 'smallToBare', atMost: 2 }]);
    const [above] = verdictsOf({ ratios: { smallToBare: level(2.01) } }, [{ ratio: 'smallToBare', atMost: 2 }]);
    expect([within?.outcome, above?.outcome]).toEqual(['within', 'exceeded']);
  });

  it('stops a figure that is too low where more is better', () => {
    const [verdict] = verdictsOf({ ratios: { portkeySmallToWeir: level(7.9) } }, [
      { ratio: 'portkeySmallToWeir', atLeast: 8 },
    ]);
    expect(verdict).toMatchObject({ outcome: 'exceeded', value: 7.9, limit: '>= 8' });
  });

  it('says of each promised figure that it was not measured when the run has none', () => {
    const outcomes = verdictsOf({ ratios: {} }, limits).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(limits.map(() => 'not measured'));
  });

  it('does not stop a figure for missing its stretch goal', () => {
    const [verdict] = verdictsOf({ ratios: { smallToBare: level(1.8) } }, [
      { ratio: 'smallToBare', atMost: 2, stretch: 1.5 },
    ]);
    expect(verdict).toMatchObject({ outcome: 'within', limit: '<= 2 (stretch 1.5)' });
  });

  it('has exactly one bound in every limit', () => {
    for (const { atMost, atLeast } of limits)
      expect([atMost, atLeast].filter((bound) => bound !== undefined)).toHaveLength(1);
  });
});
