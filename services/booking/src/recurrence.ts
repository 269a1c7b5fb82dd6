import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Occurrence, Series } from "@calends/contracts/calends/recurrence/v1/series_pb";
import {
  SeriesService,
  type CancelOccurrenceRequestSchema,
  type CancelSeriesRequestSchema,
  type CreateSeriesRequestSchema,
  type PreviewSeriesRequestSchema,
} from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { outgoing } from "@calends/kit/call";
import { DomainError } from "@calends/kit/domain-error";
import type { Signer } from "@calends/kit/identity";
import { must } from "@calends/kit/must";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { callTimeoutMs, type CallContext } from "./availability.ts";

/** What booking asks of the recurrence engine. */
export interface Recurrence {
  /** What CreateSeries would plan. */
  preview(
    caller: RecurrenceCaller,
    request: MessageInitShape<typeof PreviewSeriesRequestSchema>,
  ): Promise<Occurrence[]>;
  create(
    caller: RecurrenceCaller,
    request: MessageInitShape<typeof CreateSeriesRequestSchema>,
  ): Promise<{ series: Series; occurrences: Occurrence[] }>;
  cancel(caller: RecurrenceCaller, request: MessageInitShape<typeof CancelSeriesRequestSchema>): Promise<Series>;
  skip(caller: RecurrenceCaller, request: MessageInitShape<typeof CancelOccurrenceRequestSchema>): Promise<Occurrence>;
}

/** On whose behalf, and in which call; null for work that nobody waits for. */
export interface RecurrenceCaller {
  readonly organizationId: string;
  /** Who is named in the history of the series. */
  readonly subject: string;
  readonly context: CallContext;
}

const scopes = ["series:read", "series:write"];

/** Makes the client of the recurrence engine; booking speaks for the organization, with no more than these scopes. */
export function createRecurrence(transport: Transport, signer: Signer): Recurrence {
  const client = createClient(SeriesService, transport);
  const options = async ({ organizationId, subject, context }: RecurrenceCaller) => {
    const authorization = await signer.bearer({ organizationId, subject, scopes }, "recurrence-engine");
    return context === null
      ? { headers: { authorization }, timeoutMs: callTimeoutMs }
      : outgoing(context, { authorization });
  };
  return {
    async preview(caller, request) {
      const { occurrences } = await client.previewSeries(request, await options(caller)).catch(throwUnavailable);
      return occurrences;
    },
    async create(caller, request) {
      const answer = await client.createSeries(request, await options(caller)).catch(throwUnavailable);
      return { series: must(answer.series, "series"), occurrences: answer.occurrences };
    },
    async cancel(caller, request) {
      const { series } = await client.cancelSeries(request, await options(caller)).catch(throwUnavailable);
      return must(series, "series");
    },
    async skip(caller, request) {
      const { occurrence } = await client.cancelOccurrence(request, await options(caller)).catch(throwUnavailable);
      return must(occurrence, "occurrence");
    },
  };
}

const refusals: ReadonlySet<Code> = new Set([
  Code.InvalidArgument,
  Code.NotFound,
  Code.AlreadyExists,
  Code.FailedPrecondition,
  Code.ResourceExhausted,
]);

/** A refusal is passed on with its details; whatever else went wrong means that nobody knows. */
function throwUnavailable(error: unknown): never {
  if (refusals.has(ConnectError.from(error).code)) {
    throw error;
  }
  const message = "the recurrence engine cannot be reached";
  throw new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", message, { cause: error });
}
