/** Longer names are not compared: what a caller calls a field may be of any length. */
const longestCompared = 64;

/** The name that is most like another, by the letters that have to be changed; undefined where none is alike. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  if (name.length > longestCompared) {
    return undefined;
  }
  const plain = comparable(name);
  const [best] = names
    .map((candidate) => ({ candidate, changes: changesBetween(plain, comparable(candidate)) }))
    .toSorted((a, b) => a.changes - b.changes);
  return best !== undefined && best.changes <= Math.max(2, plain.length / 2) ? best.candidate : undefined;
}

/** Case and underscores are what people get wrong most often. */
function comparable(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}

/** Levenshtein's distance. */
function changesBetween(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      const replaced = (above[column - 1] ?? 0) + same;
      line.push(Math.min(replaced, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[b.length] ?? 0;
}
