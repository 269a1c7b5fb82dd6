// Preloaded into a service (`--import`): its clock goes wrong by CHAOS_CLOCK_SKEW_MS. Timers are left alone.
const skewMs = Number(process.env["CHAOS_CLOCK_SKEW_MS"] ?? 0);
const RealDate = Date;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[], newTarget: typeof Date) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now() + skewMs] : args, newTarget) as Date,
  apply: () => new RealDate(RealDate.now() + skewMs).toString(),
  get: (target, key, receiver) => (key === "now" ? () => RealDate.now() + skewMs : Reflect.get(target, key, receiver)),
});
