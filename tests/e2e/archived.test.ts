import { randomUUID } from "node:crypto";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { AppointmentTypeStatus } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { until } from "@calends/testkit/until";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBookable, typeFields } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { countRows, outcomeOf } from "./_util.ts";

let sky: TestConstellation;

beforeAll(async () => {
  sky = await startTestConstellation();
});
afterAll(() => sky[Symbol.asyncDispose]());

/** Waits until so many statements wait for a lock of booking's database. */
async function untilWaiting(count: number): Promise<void> {
  const waiting = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  await until(
    `${count} wait`,
    () => countRows(sky.databaseUrl("booking"), waiting),
    (n) => n === count,
  );
}

test("a type stays archived, whoever changes it at the same moment", async () => {
  const { organizationId, calendarId, typeId } = await createBookable(sky);
  const types = sky.client(AppointmentTypeService, organizationId);
  const update = (status: AppointmentTypeStatus) => {
    const asked = { requestId: randomUUID(), appointmentTypeId: typeId, fields: typeFields(calendarId), status };
    return outcomeOf(types.updateAppointmentType(asked));
  };
  const locker = new Client({ connectionString: sky.databaseUrl("booking") });
  await locker.connect();
  await locker.query("BEGIN");
  await locker.query("SELECT 1 FROM appointment_types WHERE id = $1 FOR UPDATE", [typeId]);
  const archived = update(AppointmentTypeStatus.ARCHIVED);
  await untilWaiting(1);
  const activated = update(AppointmentTypeStatus.ACTIVE);
  await untilWaiting(2);
  await locker.query("COMMIT");
  await locker.end();
  expect([await archived, await activated]).toEqual(["ok", "FailedPrecondition/TYPE_NOT_ACTIVE"]);
  const { appointmentType } = await types.getAppointmentType({ appointmentTypeId: typeId });
  expect(appointmentType?.status).toBe(AppointmentTypeStatus.ARCHIVED);
});
