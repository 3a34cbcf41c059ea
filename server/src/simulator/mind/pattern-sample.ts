import type { Random } from './random.ts';

/**
 * A text that matches a simple regular expression: literals, classes, groups, alternatives and quantifiers.
 * Look-arounds, back-references and \p classes are beyond it; then the text may not match.
 */
export function samplePattern(pattern: string, random: Random): string {
  return new PatternSampler(pattern, random).alternatives();
}

class PatternSampler {
  #at = 0;
  readonly #pattern: string;
  readonly #random: Random;

  constructor(pattern: string, random: Random) {
    this.#pattern = pattern;
    this.#random = random;
  }

  alternatives(): string {
    const options = [this.#sequence()];
    while (this.#pattern[this.#at] === '|') {
      this.#at += 1;
      options.push(this.#sequence());
    }
    return options[this.#random.integer(0, options.length - 1)] ?? '';
  }

  #sequence(): string {
    let text = '';
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at] ?? '')) {
      const start = this.#at;
      let piece = this.#atom();
      const afterAtom = this.#at;
      const count = this.#quantifier();
      const afterQuantifier = this.#at;
      text += count > 0 ? piece : '';
      for (let repeat = 1; repeat < count; repeat += 1) {
        this.#at = start;
        piece = this.#atom();
        text += piece;
      }
      this.#at = Math.max(afterAtom, afterQuantifier);
    }
    return text;
  }

  #atom(): string {
    const character = this.#pattern[this.#at] ?? '';
    this.#at += 1;
    if (character === '^' || character === '$') return '';
    if (character === '.') return 'x';
    if (character === '(') return this.#group();
    if (character === '[') return this.#pickFrom(this.#classMembers());
    if (character === '\\') return this.#pickFrom(this.#escape());
    return character;
  }

  #group(): string {
    const marker = /^\?(?::|<[^>=!]+>)/.exec(this.#pattern.slice(this.#at))?.[0] ?? '';
    this.#at += marker.length;
    const text = this.alternatives();
    this.#at += 1;
    return text;
  }

  #escape(): string {
    const character = this.#pattern[this.#at] ?? '';
    this.#at += 1;
    if (character === 'd') return '0123456789';
    if (character === 'w') return 'abcdefghij0123456789';
    if (character === 's') return ' ';
    if (character === 'b') return '';
    if (character === 'D' || character === 'S') return 'xyz';
    if (character === 'W') return '-';
    return character === 'n' ? '\n' : character === 't' ? '\t' : character;
  }

  #classMembers(): string {
    const negated = this.#pattern[this.#at] === '^';
    if (negated) this.#at += 1;
    let members = '';
    while (this.#at < this.#pattern.length && this.#pattern[this.#at] !== ']') {
      const character = this.#pattern[this.#at] ?? '';
      this.#at += 1;
      if (character === '\\') {
        members += this.#escape();
      } else if (this.#pattern[this.#at] === '-' && (this.#pattern[this.#at + 1] ?? ']') !== ']') {
        members += charactersBetween(character, this.#pattern[this.#at + 1] ?? character);
        this.#at += 2;
      } else {
        members += character;
      }
    }
    this.#at += 1;
    return negated ? [...'xyzXYZ012-_ '].filter((character) => !members.includes(character)).join('') : members;
  }

  #quantifier(): number {
    const found = /^(?:[*+?]|\{(\d+)(,)?(\d*)\})\??/.exec(this.#pattern.slice(this.#at));
    if (!found) return 1;
    this.#at += found[0].length;
    if (found[0].startsWith('*') || found[0].startsWith('+')) return this.#random.integer(1, 4);
    if (found[0].startsWith('?')) return this.#random.integer(0, 1);
    const least = Number(found[1]);
    const most = found[2] === undefined ? least : found[3] ? Number(found[3]) : least + 3;
    return this.#random.integer(least, Math.min(most, least + 8));
  }

  #pickFrom(characters: string): string {
    return characters[this.#random.integer(0, characters.length - 1)] ?? '';
  }
}

function charactersBetween(from: string, to: string): string {
  const first = from.charCodeAt(0);
  return String.fromCharCode(...Array.from({ length: to.charCodeAt(0) - first + 1 }, (_, index) => first + index));
}
