import { Health, HealthCheckResponse_ServingStatus as Status } from "@calends/contracts/grpc/health/v1/health_pb";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";

/** The state that grpc.health.v1.Health answers with, for the whole server. */
export interface HealthState {
  readonly serving: boolean;
  set(serving: boolean): void;
  /** Runs at every change until the signal aborts. */
  onChange(listener: (serving: boolean) => void, signal: AbortSignal): void;
}

/** Makes a health state that starts as "not serving". */
export function createHealthState(): HealthState {
  let serving = false;
  const listeners = new Set<(serving: boolean) => void>();
  return {
    get serving() {
      return serving;
    },
    set(value) {
      if (value === serving) {
        return; // Who watches hears of changes alone.
      }
      serving = value;
      for (const listener of listeners) {
        listener(value);
      }
    },
    onChange(listener, signal) {
      listeners.add(listener);
      signal.addEventListener("abort", () => listeners.delete(listener), { once: true });
    },
  };
}

/** Implements grpc.health.v1.Health. The empty service name is the whole server; a served name answers the same. */
export function healthService(state: HealthState, names: () => ReadonlySet<string>): ServiceImpl<typeof Health> {
  const status = () => (state.serving ? Status.SERVING : Status.NOT_SERVING);
  const known = (name: string) => name === "" || names().has(name);
  return {
    check({ service }) {
      if (!known(service)) {
        throw new ConnectError("unknown service", Code.NotFound);
      }
      return { status: status() };
    },
    list() {
      const statuses = [...names(), ""].map((name) => [name, { status: status() }] as const);
      return { statuses: Object.fromEntries(statuses) };
    },
    async *watch({ service }, context) {
      let wake: () => void = () => undefined;
      state.onChange(() => wake(), context.signal);
      context.signal.addEventListener("abort", () => wake(), { once: true });
      while (!context.signal.aborted) {
        const changed = new Promise<void>((resolve) => {
          wake = resolve;
        });
        yield { status: known(service) ? status() : Status.SERVICE_UNKNOWN };
        await changed;
      }
    },
  };
}
