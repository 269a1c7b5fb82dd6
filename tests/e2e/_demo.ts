import { join } from "node:path";
import { createClients, type Clients } from "@calends/demo/seed/clients";
import { demoOrganizationId } from "@calends/demo/seed/ids";
import { seed, type Seeded } from "@calends/demo/seed/seed";
import { repositoryRoot } from "@calends/local/paths";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";

/** The demo organization on services of the test's own, with the web app as it was built. */
export interface DemoConstellation extends AsyncDisposable {
  readonly constellation: TestConstellation;
  readonly clients: Clients;
  readonly seeded: Seeded;
  readonly now: Date;
}

/** Starts all services and makes the demo organization. */
export async function startDemoConstellation(): Promise<DemoConstellation> {
  await using stack = new AsyncDisposableStack();
  const webRoot = join(repositoryRoot(), "apps/web/dist");
  const constellation = stack.use(await startTestConstellation({ webRoot }));
  const clients = createClients(
    constellation.gatewayUrl,
    await constellation.token({ organizationId: demoOrganizationId }),
  );
  const now = new Date();
  const seeded = await seed({ clients, now });
  const owned = stack.move();
  return { constellation, clients, seeded, now, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
