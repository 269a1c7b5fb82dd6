import { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { createSigner } from "@calends/kit/identity";
import { generateIssuerKeys } from "@calends/kit/keys";
import { must } from "@calends/kit/must";
import { createRouterTransport } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { typeFields } from "../test/_samples.ts";
import { createAvailability } from "./availability.ts";

const { signingKeys } = await generateIssuerKeys(["booking"]);
const signer = await createSigner(must(signingKeys["booking"], "key"));

test("tokens are asked for where slots are handed out, and nowhere else", async () => {
  const signed: boolean[] = [];
  const transport = createRouterTransport(({ service }) =>
    service(AvailabilityService, {
      findSlots(request) {
        signed.push(request.sign);
        return {};
      },
    }),
  );
  const availability = createAvailability(transport, signer);
  const question = {
    organizationId: "0190e5a0-0000-7000-8000-000000000001",
    fields: typeFields,
    durationMs: 3_600_000,
  };
  await availability.findSlots({ ...question, signed: true }, 0, 1, null);
  await availability.findSlots(question, 0, 1, null);
  expect(signed).toEqual([true, false]);
});
