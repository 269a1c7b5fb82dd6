import { randomUUID } from "node:crypto";
import { create, toJson } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  BookRequestSchema,
  PublicBookingService,
} from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBookable, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { spawnService, type ServiceProcess } from "./_processes.ts";
import { countOf, dayAhead, range } from "./_util.ts";

const hourMs = 3_600_000;
let sky: TestConstellation;
let bookable: Bookable;

beforeAll(async () => {
  sky = await startTestConstellation();
  bookable = await createBookable(sky);
});
afterAll(() => sky[Symbol.asyncDispose]());

/** A gateway in a process of its own with as much memory as a small container has. */
async function smallGateway(): Promise<{ process: ServiceProcess; url: string }> {
  const environment = { ...sky.environments.gateway, NODE_OPTIONS: "--max-old-space-size=256" };
  const process = spawnService("gateway", environment);
  return { process, url: `http://127.0.0.1:${await process.serving()}` };
}

/** Sends many requests, so many at the same time, and says how often each answer came. */
async function sendMany(count: number, atOnce: number, send: (index: number) => Promise<string>) {
  const answers: string[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next++;
      answers.push(await send(index).catch(String));
    }
  };
  await Promise.all(range(atOnce).map(worker));
  return countOf(answers);
}

let slots = 0;

/** A request for a slot of its own. */
function booking() {
  slots += 1;
  const startTime = timestampFromMs(dayAhead(3) + slots * hourMs);
  const booker = { name: "Ada", email: `ada${slots}@guest.example`, timeZone: "UTC" };
  return create(BookRequestSchema, { requestId: randomUUID(), slug: bookable.slug, details: { startTime, booker } });
}

/** Books one slot after the other until it is told to stop; the answers, and whether there were any. */
async function bookBeside(url: string, work: Promise<unknown>): Promise<string[]> {
  const statuses: string[] = [];
  let isDone = false;
  void work.finally(() => (isDone = true)).catch(() => undefined);
  while (!isDone || statuses.length === 0) {
    const body = JSON.stringify(toJson(BookRequestSchema, booking()));
    statuses.push(String((await fetch(`${url}/book/${bookable.slug}/book`, { method: "POST", body })).status));
  }
  return statuses;
}

const manyAnswers = `{"details":{"answers":[${"{},".repeat(299_999)}{}]}}`;

test("1,000 bodies of 300,000 answers end no gateway of 256 MB, and it books beside them", async () => {
  const { process, url } = await smallGateway();
  await using _process = process;
  const paths = ["/book/x/book", "/calends.booking.v1.PublicBookingService/Book"];
  const attack = sendMany(1000, 16, async (index) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${url}${paths[index % 2]}`, { method: "POST", headers, body: manyAnswers });
    return `${response.status} ${/resource_exhausted/.exec(await response.text())?.[0]}`;
  });
  const booked = await bookBeside(url, attack);
  const answers = await attack;
  expect(answers).toEqual({ "413 resource_exhausted": 500, "429 resource_exhausted": 500 });
  expect(countOf(booked)).toEqual({ 200: booked.length });
}, 240_000);

test("4 MB of unknown fields end no gateway of 256 MB, and it books beside them", async () => {
  const { process, url } = await smallGateway();
  await using _process = process;
  const unknown = Buffer.alloc(4 * 1024 * 1024, Buffer.from([0xf8, 0x07, 0x01]));
  const attack = sendMany(200, 8, async () => {
    const headers = { "content-type": "application/proto" };
    const path = "/calends.booking.v1.PublicBookingService/GetBookingPage";
    const response = await fetch(`${url}${path}`, { method: "POST", headers, body: unknown });
    return `${response.status} ${/resource_exhausted/.exec(await response.text())?.[0]}`;
  });
  const booked = await bookBeside(url, attack);
  const answers = await attack;
  expect(answers).toEqual({ "429 resource_exhausted": 200 });
  expect(countOf(booked)).toEqual({ 200: booked.length });
  const pages = createClient(PublicBookingService, createConnectTransport({ baseUrl: url }));
  expect((await pages.getBookingPage({ slug: bookable.slug })).slug).toBe(bookable.slug);
}, 240_000);
