/** Something that a calendar says in a way that a series does not have, and what it was read as. */
export interface Note {
  /** The property, as in "EXDATE". */
  readonly property: string;
  /** What it says: the line without its folding, cut after 255 characters. */
  readonly line: string;
  readonly readAs: string;
}

/** Takes notes while a calendar is read. */
export type Notes = (line: string, readAs: string) => void;

const mostNotes = 200;
const mostCharacters = 255;

/** An empty list of notes, and what adds to it: no note twice, the first 200 of them. */
export function openNotes(): { readonly notes: readonly Note[]; readonly add: Notes } {
  const notes: Note[] = [];
  const add: Notes = (line, readAs) => {
    const note = { property: propertyOf(line), line: cutText(line, mostCharacters), readAs };
    const isKnown = notes.some((other) => other.line === note.line && other.readAs === readAs);
    if (!isKnown && notes.length < mostNotes) {
      notes.push(note);
    }
  };
  return { notes, add };
}

/** The first characters of a text; a character of two code units is not cut in two. */
export function cutText(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
}

function propertyOf(line: string): string {
  return (/^[\w-]+/.exec(line)?.[0] ?? "").toUpperCase();
}
