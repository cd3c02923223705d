// The heights of many rows, one below the other: where a row begins, and which row is at a height, in O(log n).
// A Fenwick tree: node i holds the sum of the (i & -i) rows up to row i, counted from 1.
export class Heights {
  #rows: Float64Array;
  #sums: Float64Array;
  /** The greatest power of two that is no greater than the number of rows. */
  #top: number;

  constructor(heights: ArrayLike<number>) {
    this.#rows = Float64Array.from(heights);
    this.#sums = new Float64Array(this.#rows.length + 1);
    for (let node = 1; node <= this.#rows.length; node += 1) {
      const sum = this.#at(this.#sums, node) + this.#at(this.#rows, node - 1);
      this.#sums[node] = sum;
      const parent = node + (node & -node);
      if (parent < this.#sums.length) this.#sums[parent] = this.#at(this.#sums, parent) + sum;
    }
    this.#top = this.#rows.length === 0 ? 0 : 2 ** Math.floor(Math.log2(this.#rows.length));
  }

  get count(): number {
    return this.#rows.length;
  }

  /** The height of all rows. */
  get total(): number {
    return this.offset(this.#rows.length);
  }

  /** The height of one row. */
  height(row: number): number {
    return this.#at(this.#rows, row);
  }

  set(row: number, height: number): void {
    const by = height - this.height(row);
    if (by === 0 || row < 0 || row >= this.#rows.length) return;
    this.#rows[row] = height;
    for (let node = row + 1; node < this.#sums.length; node += node & -node)
      this.#sums[node] = this.#at(this.#sums, node) + by;
  }

  /** Where a row begins: the height of all rows before it. */
  offset(row: number): number {
    let sum = 0;
    for (let node = Math.min(row, this.#rows.length); node > 0; node -= node & -node) sum += this.#at(this.#sums, node);
    return sum;
  }

  /** The row at a height, the first or last one for what lies beyond; -1 where there is none. */
  rowAt(y: number): number {
    let row = 0;
    let left = y;
    for (let step = this.#top; step >= 1; step /= 2) {
      const next = row + step;
      if (next <= this.#rows.length && this.#at(this.#sums, next) <= left) {
        row = next;
        left -= this.#at(this.#sums, next);
      }
    }
    return Math.min(row, this.#rows.length - 1);
  }

  #at(numbers: Float64Array, index: number): number {
    return numbers[index] ?? 0;
  }
}
