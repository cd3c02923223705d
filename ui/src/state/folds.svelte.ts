// Which folders are closed, kept by the web view from one start to the next. The archive opens for as long as the window is.
const KEPT = "closed-folders";

export class Folds {
  #closed = $state.raw<ReadonlySet<string> | null>(null);
  #archive = $state(false);

  isClosed(key: string): boolean {
    if (key === "archive") return !this.#archive;
    // Not read before there is a folder: what the first picture does not need must not hold it up.
    return (this.#closed ?? kept()).has(key);
  }

  set(key: string, closed: boolean): void {
    if (key === "archive") {
      this.#archive = !closed;
      return;
    }
    const all = new Set(this.#closed ?? kept());
    if (closed) all.add(key);
    else all.delete(key);
    this.#closed = all;
    try {
      localStorage.setItem(KEPT, JSON.stringify([...all]));
    } catch {
      // It is remembered for as long as the window is open, then.
    }
  }
}

let read: ReadonlySet<string> | null = null;

function kept(): ReadonlySet<string> {
  read ??= new Set(stored());
  return read;
}

function stored(): string[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(list) ? list.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}
