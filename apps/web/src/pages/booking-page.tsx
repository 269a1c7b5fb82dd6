import { useCallback, type ReactNode } from "react";
import { getPage } from "../api.ts";
import { FailurePage } from "../components/notice-page.tsx";
import { PageSkeleton } from "../components/skeleton.tsx";
import { useLoaded } from "../use-loaded.ts";
import { BookingFlow } from "./booking-flow.tsx";

/** The page of a booking link, from its address to a booking. */
export function BookingPage({ slug }: { readonly slug: string }): ReactNode {
  const load = useCallback((signal: AbortSignal) => getPage(slug, signal), [slug]);
  const { value: page, failure, reload } = useLoaded(load);
  if (page !== undefined) return <BookingFlow slug={slug} page={page} />;
  return failure === undefined ? <PageSkeleton /> : <FailurePage failure={failure} onRetry={reload} />;
}
