import { expect, test } from "vitest";
import { managePath, routeOf, webAddress } from "./routes.ts";

test("an address leads to its page, with or without a slash at its end", () => {
  expect(routeOf("/book/intro-call")).toEqual({ page: "book", slug: "intro-call" });
  expect(routeOf("/book/intro-call/")).toEqual({ page: "book", slug: "intro-call" });
  expect(routeOf("/manage/a.b_c-d")).toEqual({ page: "manage", token: "a.b_c-d" });
  expect(routeOf("/confirm/a_b-c")).toEqual({ page: "confirm", token: "a_b-c" });
  expect(routeOf("/host/a_b-c")).toEqual({ page: "host", token: "a_b-c" });
});

test("a token survives the way into an address and out of it", () => {
  const token = "ey+/=%.ü";
  expect(routeOf(managePath(token))).toEqual({ page: "manage", token });
});

test("any other address leads to no page, and never throws", () => {
  for (const path of ["/", "/book", "/book/", "/book/a/b", "/books/a", "/manage/%E0%A4%A", "/manage/%"]) {
    expect([path, routeOf(path)]).toEqual([path, { page: "none" }]);
  }
});

test("only web addresses are linked or gone to", () => {
  expect(webAddress("https://example.com/thanks?x=1")).toBe("https://example.com/thanks?x=1");
  expect(webAddress("http://localhost:8080/")).toBe("http://localhost:8080/");
  for (const bad of [
    "",
    "javascript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "//example.com",
    "/thanks",
    "mailto:a@b.c",
  ]) {
    expect([bad, webAddress(bad)]).toEqual([bad, undefined]);
  }
});
