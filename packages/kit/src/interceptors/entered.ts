import { createContextKey, type ContextValues, type Interceptor } from "@connectrpc/connect";

const enteredKey = createContextKey(false, { description: "whether the call has reached the interceptors" });

/** Marks that a call's body was decoded: the outermost interceptor, which runs only then. */
export function enteredInterceptor(): Interceptor {
  return (next) => (request) => {
    request.contextValues.set(enteredKey, true);
    return next(request);
  };
}

/** Whether a call has reached the interceptors, or was refused by the gate, which counts as reached. */
export function hasEntered(values: ContextValues): boolean {
  return values.get(enteredKey);
}

/** Marks that the gate has refused a call, whose body was therefore never decoded. */
export function markEntered(values: ContextValues): void {
  values.set(enteredKey, true);
}
