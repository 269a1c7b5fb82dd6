import type { DescMessage, DescMethod, MessageShape } from "@bufbuild/protobuf";
import type { Occurrence as OccurrenceMessage } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { callOf, memberOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import type { HandlerContext } from "@connectrpc/connect";
import type { Changed, Held } from "../domain/series-types.ts";
import { tell, type Fact } from "../facts.ts";
import type { Tx } from "../store/index.ts";
import { insertSeries, lockSeries, writeSeries } from "../store/series.ts";
import type { Deps } from "./deps.ts";

type Method<I extends DescMessage, O extends DescMessage> = DescMethod & { readonly input: I; readonly output: O };

/** A mutation of series: what is asked and how it is answered. */
export interface SeriesMutation<I extends DescMessage, O extends DescMessage> {
  readonly method: Method<I, O>;
  readonly request: MessageShape<I> & { readonly requestId: string };
  readonly context: HandlerContext;
}

/** A pure step on a series; null where it changes nothing. */
export type Step = (held: Held, now: Date) => Promise<Changed | null>;

/** Makes a series once per request id. */
export function makeSeries<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  mutation: SeriesMutation<I, O>,
  make: (now: Date) => Promise<Changed>,
  answer: (made: Changed, planned: OccurrenceMessage[]) => MessageShape<O>,
): Promise<MessageShape<O>> {
  return mutateSeries(deps, mutation, async (tx, { now, organizationId, actor, publish }) => {
    const made = await make(now);
    await insertSeries(tx, organizationId, made, actor);
    return answer(made, await publish({ after: made }));
  });
}

/** Changes a series once per request id by a pure step. */
export function changeSeries<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  mutation: SeriesMutation<I, O>,
  seriesId: string,
  step: Step,
  answer: (held: Held, planned: OccurrenceMessage[]) => MessageShape<O>,
  settings: Pick<Fact, "replacesConfirmed"> = {},
): Promise<MessageShape<O>> {
  return mutateSeries(deps, mutation, async (tx, { now, organizationId, actor, publish }) => {
    const before = await lockSeries(tx, organizationId, seriesId);
    const after = await step(before, now);
    if (after === null) {
      return answer(before, []);
    }
    await writeSeries(tx, organizationId, before, after, actor);
    return answer(after, await publish({ after, ...settings }));
  });
}

/** What a mutation works with inside its transaction. */
export interface Work {
  readonly now: Date;
  readonly organizationId: string;
  /** Who does it: the subject of the token. */
  readonly actor: string;
  /** Tells of a change; returns what is planned where the change bears on that. */
  readonly publish: (fact: Omit<Fact, "actor">) => Promise<OccurrenceMessage[]>;
}

/** Runs a mutation once per request id in one transaction. */
export function mutateSeries<I extends DescMessage, O extends DescMessage>(
  { store, clock, compute }: Deps,
  { method, request, context }: SeriesMutation<I, O>,
  work: (tx: Tx, work: Work) => Promise<MessageShape<O>>,
): Promise<MessageShape<O>> {
  const { organizationId, subject: actor } = memberOf(context);
  const run = (tx: Tx) => {
    const now = clock.now();
    const fact = { organizationId, at: now, trace: callOf(context).trace };
    const publish: Work["publish"] = (told) => tell({ tx, compute, signal: context.signal }, { ...told, actor }, fact);
    return work(tx, { now, organizationId, actor, publish });
  };
  return mutateOnce({ method, request, organizationId, sql: store.db, transaction: store.transaction, work: run });
}
