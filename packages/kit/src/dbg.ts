import { serve } from "./serve.ts";
import { createGrpcTransport } from "./grpc-transport.ts";
import { createClient } from "@connectrpc/connect";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
const server = await serve({
  host: "127.0.0.1",
  port: 0,
  verifier: { verify: async () => null },
  observer: {
    finished() {},
    failed(e) {
      console.log(e);
    },
  },
  before: (req, res) => {
    for (const e of ["finish", "close"]) res.on(e, () => console.log("res", e));
    for (const e of ["end", "close", "aborted"]) req.on(e, () => console.log("req", e));
    if ("stream" in req) {
      for (const e of ["finish", "close", "end", "aborted", "wantTrailers"])
        req.stream.on(e, () =>
          console.log(
            "stream",
            e,
            req.stream.rstCode,
            req.stream.readableEnded,
            req.stream.readableFlowing,
            req.stream.listenerCount("data"),
          ),
        );
    }
    return false;
  },
});
server.mount((r) => r.service(PublicBookingService, {}));
server.health.set(true);
const transport = createGrpcTransport({ target: `ipv4:127.0.0.1:${server.port}` });
const client = createClient(PublicBookingService, transport);
await client.getBookingPage({ slug: "x".repeat(9_000_000) }).catch((e) => console.log(String(e)));
console.log("answered");
await new Promise((r) => setTimeout(r, 500));
for (let i = 0; i < 5; i++)
  await client.getBookingPage({ slug: "x".repeat(9_000_000) }).catch((e) => console.log(String(e)));
transport[Symbol.dispose]();
console.time("drain");
await server.drain(5000);
console.timeEnd("drain");
await server.close();
