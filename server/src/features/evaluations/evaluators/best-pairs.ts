/**
 * The largest sum of values when each row is paired with another column: the Hungarian method of H. W. Kuhn (1955) with the
 * potentials of J. Munkres (1957), cubic in the longer side. Rows or columns that are too many stay alone.
 */
export function bestPairs(values: readonly (readonly number[])[]): number {
  const size = Math.max(values.length, ...values.map((row) => row.length));
  // One-based, with a made-up row and column 0; missing places are worth nothing.
  const cost = (row: number, column: number) => -(values[row - 1]?.[column - 1] ?? 0);
  const rowPrice = new Float64Array(size + 1);
  const columnPrice = new Float64Array(size + 1);
  const rowOf = new Int32Array(size + 1);
  for (let row = 1; row <= size; row++) place(row, { size, cost, rowPrice, columnPrice, rowOf });
  let sum = 0;
  for (let column = 1; column <= size; column++) sum -= cost(rowOf[column] as number, column);
  return sum;
}

interface Tables {
  readonly size: number;
  readonly cost: (row: number, column: number) => number;
  readonly rowPrice: Float64Array;
  readonly columnPrice: Float64Array;
  /** Row that a column is paired with; 0: none. */
  readonly rowOf: Int32Array;
}

/** Finds the cheapest chain of exchanges that gives one more row its column. */
function place(row: number, { size, cost, rowPrice, columnPrice, rowOf }: Tables): void {
  const slack = new Float64Array(size + 1).fill(Infinity);
  const before = new Int32Array(size + 1);
  const isVisited = new Uint8Array(size + 1);
  rowOf[0] = row;
  let column = 0;
  do {
    isVisited[column] = 1;
    const from = rowOf[column] as number;
    let [least, next] = [Infinity, 0];
    for (let other = 1; other <= size; other++) {
      if (isVisited[other]) continue;
      const reduced = cost(from, other) - (rowPrice[from] as number) - (columnPrice[other] as number);
      if (reduced < (slack[other] as number)) {
        slack[other] = reduced;
        before[other] = column;
      }
      if ((slack[other] as number) < least) [least, next] = [slack[other] as number, other];
    }
    for (let other = 0; other <= size; other++) {
      if (isVisited[other]) {
        rowPrice[rowOf[other] as number] = (rowPrice[rowOf[other] as number] as number) + least;
        columnPrice[other] = (columnPrice[other] as number) - least;
      } else {
        slack[other] = (slack[other] as number) - least;
      }
    }
    column = next;
  } while (rowOf[column] !== 0);
  while (column !== 0) {
    const previous = before[column] as number;
    rowOf[column] = rowOf[previous] as number;
    column = previous;
  }
}
