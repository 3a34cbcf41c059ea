/** Objects by id in the order they came; the oldest is forgotten when it is full. */
export class ObjectStore<T> {
  #objects = new Map<string, T>();
  readonly #capacity: number;

  constructor(capacity = 5000) {
    this.#capacity = capacity;
  }

  put(id: string, object: T): void {
    this.#objects.set(id, object);
    if (this.#objects.size <= this.#capacity) return;
    const oldest = this.#objects.keys().next();
    if (!oldest.done) this.#objects.delete(oldest.value);
  }

  get(id: string): T | undefined {
    return this.#objects.get(id);
  }

  delete(id: string): boolean {
    return this.#objects.delete(id);
  }

  newestFirst(): T[] {
    return [...this.#objects.values()].reverse();
  }
}
