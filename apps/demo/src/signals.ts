/** A terminal sends Ctrl-C to the whole process group and npm passes it on, so one press may arrive several times. */
const sameSignalMs = 500;

/** The wish of a person, or of the system, that the demo ends. */
export interface Stop {
  /** Resolves at the first signal. */
  readonly asked: Promise<NodeJS.Signals>;
  /** Throws once a signal has come, so that a start is not carried on with. */
  readonly check: () => void;
}

/** Thrown where a start is cut short. */
export class Stopped extends Error {}

/** Listens for SIGINT, SIGTERM and SIGHUP. A second one, later than the same press arriving twice, ends at once. */
export function listenForStop(): Stop {
  const { promise: asked, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let firstAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    firstAt ??= now;
    if (now - firstAt > sameSignalMs) {
      process.stdout.write("stopping at once\n");
      // The watchdogs of Postgres and NATS see this process go, and end both.
      process.exit(130);
    }
    resolve(signal);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, onSignal);
  }
  const check = (): void => {
    if (firstAt !== undefined) {
      throw new Stopped();
    }
  };
  return { asked, check };
}
