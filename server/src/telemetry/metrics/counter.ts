/** A number that only grows. Add to `value` directly: it is the path of a call. */
export class Counter {
  value = 0;

  render(name: string, labels: string): string {
    return sample(name, labels, this.value);
  }
}

export function sample(name: string, labels: string, value: number): string {
  return labels === '' ? `${name} ${value}\n` : `${name}{${labels}} ${value}\n`;
}
