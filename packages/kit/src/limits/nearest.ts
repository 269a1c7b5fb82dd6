/** Longest name that is compared. A caller's field name may have any length. */
const longestCompared = 64;

/** The name that needs the fewest changed letters to become the given one; undefined where no name is similar. */
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

/** The name without case and underscores, which people get wrong most often. */
function comparable(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}

/** The Levenshtein distance of two texts: the fewest letters to insert, remove or replace to make one into the other. */
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
