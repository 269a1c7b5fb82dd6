/**
 * A failure as a person reads it in a terminal: its root cause first, then each message on the way to it, and where that is
 * long the root cause again. The stack is shown only where nobody wrote the message for people.
 */
export function inWords(error: unknown): string {
  const root = rootOf(error);
  const details = detailsOf(error);
  if (details === root) {
    return root;
  }
  const told = `${root}\n\n${details}`;
  return told.split("\n").length > 12 ? `${told}\n\n${root}` : told;
}

/** What programs write where they meet the end of the disk, of memory, or of what they may do. */
const fatal =
  /no space left on device|ENOSPC|disk quota exceeded|out of memory|permission denied|read-only file system/i;

/** The one line that says what went wrong. */
function rootOf(error: unknown): string {
  const lines = messagesOf(error).flatMap((message) => message.split("\n"));
  const known = lines.find((line) => fatal.test(line)) ?? lines.find((line) => /\b(FATAL|PANIC|ERROR):/.test(line));
  return (known ?? messagesOf(error).at(-1)?.split("\n", 1)[0] ?? "").trim();
}

function detailsOf(error: unknown): string {
  return messagesOf(error).join("\n  caused by: ");
}

/** The messages of an error, of those that it gathers, and of what caused it. */
function messagesOf(error: unknown): string[] {
  if (!(error instanceof Error)) {
    return [String(error)];
  }
  const gathered =
    error instanceof AggregateError ? error.errors : error instanceof SuppressedError ? [error.error] : [];
  const isForPeople = error.constructor === Error || "code" in error || gathered.length > 0;
  const own = isForPeople ? error.message : (error.stack ?? error.message);
  const rest = [...gathered, ...(error.cause === undefined ? [] : [error.cause])];
  return [own, ...rest.flatMap(messagesOf)].filter((message) => message !== "");
}
