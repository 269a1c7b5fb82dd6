import { nameOf, type EventText } from "./events.ts";

/** What an export says of the series itself. */
const own = new Set(["DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE"]);
/** In characters, line ends included. */
const maxKeptLength = 32_768;

/** The other lines of an event that are kept: whole properties and components, as many of the first as there is room for. */
export function keptOf({ others }: EventText): string[] {
  const kept: string[] = [];
  let room = maxKeptLength;
  for (const piece of pieces(others)) {
    const length = piece.reduce((sum, line) => sum + line.length + 1, 0);
    const isKept = length <= room && /^[\w-]+[;:]/.test(piece[0] ?? "") && !own.has(nameOf(piece[0] ?? ""));
    if (isKept) {
      kept.push(...piece);
      room -= length;
    }
  }
  return kept;
}

/** Properties by themselves, components in one piece. */
function pieces(lines: readonly string[]): string[][] {
  const found: string[][] = [];
  let depth = 0;
  for (const line of lines) {
    if (depth === 0) {
      found.push([]);
    }
    found.at(-1)?.push(line);
    depth += /^BEGIN:/i.test(line) ? 1 : /^END:/i.test(line) ? -1 : 0;
  }
  return found;
}
