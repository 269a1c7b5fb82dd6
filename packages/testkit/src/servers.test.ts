import { Client } from "pg";
import { expect, inject, test } from "vitest";
import { createPrivateNats, sharedNatsUrl } from "./nats.ts";
import { createDatabase } from "./postgres.ts";

async function names(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query<{ datname: string }>("SELECT datname FROM pg_database")).rows.map((row) => row.datname);
  } finally {
    await client.end();
  }
}

test("two databases of one name are two databases, and are gone after use", async () => {
  const made: string[] = [];
  {
    await using one = await createDatabase("booking");
    await using two = await createDatabase("booking");
    made.push(...[one, two].map(({ url }) => new URL(url).pathname.slice(1)));
    expect(made[0]).not.toBe(made[1]);
    expect(await names(one.url)).toEqual(expect.arrayContaining(made));
  }
  const left = await names(inject("postgresUrl"));
  expect(left.filter((name) => made.includes(name))).toEqual([]);
});

test("a private NATS server is not the one that the run shares", async () => {
  await using own = await createPrivateNats();
  expect(own.url).not.toBe(sharedNatsUrl());
});
