/**
 * Describes a failure for the terminal: the root cause first, then all messages from the outermost to the innermost
 * error, and after more than 12 lines the root cause again. A stack is shown only for an error whose message was not
 * written for people, such as a TypeError.
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

/** What programs write when the disk is full, memory is used up, or a permission is missing. */
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

/** The messages of an error, of the errors in it (AggregateError, SuppressedError), and of its causes. */
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
