import type { ReactNode } from "react";
import { Announcer } from "./components/announcer.tsx";
import { Logo } from "./components/logo.tsx";
import { NoticePage } from "./components/notice-page.tsx";
import { BookingPage } from "./pages/booking-page.tsx";
import { ConfirmPage } from "./pages/confirm-page.tsx";
import { HostPage } from "./pages/host-page.tsx";
import { ManagePage } from "./pages/manage-page.tsx";
import type { Route } from "./routes.ts";

/** The whole page: the frame, and in it what the address asks for. */
export function App({ route }: { readonly route: Route }): ReactNode {
  return (
    <Announcer>
      <header className="frame-header">
        <Logo />
      </header>
      <main>{pageOf(route)}</main>
    </Announcer>
  );
}

function pageOf(route: Route): ReactNode {
  if (route.page === "book") return <BookingPage slug={route.slug} />;
  if (route.page === "manage") return <ManagePage token={route.token} />;
  if (route.page === "confirm") return <ConfirmPage token={route.token} />;
  if (route.page === "host") return <HostPage token={route.token} />;
  return (
    <NoticePage title="Nothing is here">
      <p>Please open the booking link that you were given.</p>
    </NoticePage>
  );
}
