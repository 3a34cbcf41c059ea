import { renderHere } from '../templates/compare.ts';
import { ESCAPES, TRACES } from '../templates/escapes.ts';
import { type Campaign, seeded, shuffled } from './campaign.ts';

const templateEscapes: Campaign = {
  name: 'template-escapes',
  describe:
    'attempts to reach more than the variables from a template: refused, or rendered without a trace of anything else',
  // A twentieth of it is all of them.
  n: 20 * ESCAPES.length,
  async run({ n, seed }) {
    const tried = shuffled(ESCAPES, seeded(seed)).slice(0, n);
    const escaped: string[] = [];
    let refused = 0;
    for (const attempt of tried) {
      const answer = renderHere(attempt);
      if ('error' in answer) refused += 1;
      else if (TRACES.test(answer.text) || /yes|own|Ada|guest/.test(answer.text))
        escaped.push(`${attempt.source} => ${answer.text}`);
    }
    if (Object.keys(Object.prototype).length > 0 || 'polluted' in {})
      escaped.push('the prototype of objects was changed');
    const report = [`${refused} of ${tried.length} refused, ${escaped.length} escaped`, ...escaped].join('\n');
    return { attempted: tried.length, failed: escaped.length, report };
  },
};

export default templateEscapes;
