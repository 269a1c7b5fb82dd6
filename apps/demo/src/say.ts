const started = performance.now();

/** Tells a person who waits what is going on, in the form of the bootstrap's own lines. */
export function say(message: string): void {
  process.stdout.write(`[calends +${((performance.now() - started) / 1000).toFixed(1)}s] ${message}\n`);
}
