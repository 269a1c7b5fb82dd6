// Who may import whom. `node scripts/dependency-rules.ts` runs these rules and fails when it sees no modules.

const TESTS = "(\\.test\\.ts$|/_[^/]+\\.ts$|/test/|^tests/|^bench/)";
const SHARED = "^packages/(kit|messaging|contracts|recurrence|recurrence-contract|time)/";
// What domain code takes from the kit: its errors, and a check for what must exist. Neither imports anything.
const PURE_KIT = "^packages/kit/src/(domain-error|has-link|must)\\.ts$";

/** A package may use these and itself; its tests may use more. */
function packageUses(name, allowed, reason) {
  return {
    name: `package-${name}`,
    severity: "error",
    comment: reason,
    from: { path: `^packages/${name}/src/`, pathNot: TESTS },
    to: { path: "^(packages|services|apps|node_modules)/", pathNot: [`^packages/${name}/`, ...allowed] },
  };
}

/** Like `packageUses`, for a package whose npm dependencies are its own affair. */
function packageUsesPackages(name, allowed, reason) {
  const rule = packageUses(name, allowed, reason);
  return { ...rule, to: { ...rule.to, path: "^(packages|services|apps)/" } };
}

const packages = [
  packageUses("contracts", ["^node_modules/@bufbuild/protobuf/"], "The contracts are generated code over its runtime."),
  packageUses("time", ["^node_modules/(@types/)?luxon/"], "Interval algebra and zones need luxon alone."),
  packageUsesPackages("recurrence", ["^packages/time/"], "The recurrence algorithm stands on time alone."),
  packageUsesPackages("kit", ["^packages/contracts/"], "The kit knows the contracts and no service."),
  packageUsesPackages(
    "recurrence-contract",
    ["^packages/(contracts|kit|recurrence)/"],
    "Rules as messages stand on the contracts and the algorithm.",
  ),
  packageUsesPackages("messaging", ["^packages/(kit|contracts)/"], "Messaging stands on the kit and the contracts."),
  packageUsesPackages("local", [], "The parts for one machine know nothing of the platform."),
  {
    name: "pure-packages",
    severity: "error",
    comment: "Recurrence and time do no I/O.",
    from: { path: "^packages/(recurrence|time)/src/", pathNot: TESTS },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "pure-kit",
    severity: "error",
    comment: "Domain code imports these files, so they bring nothing along.",
    from: { path: PURE_KIT },
    to: { path: "." },
  },
  {
    name: "testkit-in-tests-only",
    severity: "error",
    comment: "The test kit is for tests and benchmarks.",
    from: { pathNot: [TESTS, "^packages/testkit/", "^vitest\\.config\\.ts$"] },
    to: { path: "^packages/testkit/" },
  },
  {
    name: "local-in-demo-and-testkit-only",
    severity: "error",
    comment: "A service never starts its own database; only the demo and the test kit do.",
    from: { pathNot: [TESTS, "^packages/(local|testkit|constellation)/", "^apps/demo/"] },
    to: { path: "^packages/local/" },
  },
];

const services = [
  {
    name: "service-alone",
    severity: "error",
    comment: "Services talk by RPC and events and never import each other.",
    from: { path: "^services/([^/]+)/" },
    to: { path: "^services/", pathNot: "^services/$1/" },
  },
  {
    name: "service-packages",
    severity: "error",
    comment: "A service uses the kit, messaging, contracts, recurrence with its contract, and time.",
    from: { path: "^services/[^/]+/src/", pathNot: TESTS },
    to: { path: "^(packages|apps)/", pathNot: SHARED },
  },
  {
    name: "service-imported-by-constellation-only",
    severity: "error",
    comment: "Only the constellation starts services in its own process.",
    from: { pathNot: ["^services/", TESTS, "^packages/constellation/"] },
    to: { path: "^services/" },
  },
  {
    name: "domain-is-pure",
    severity: "error",
    comment: "Domain code knows recurrence, time and its own errors: no contracts, Prisma, Connect, NATS, logs or I/O.",
    from: { path: "^services/([^/]+)/src/domain/", pathNot: TESTS },
    to: {
      path: ".",
      pathNot: ["^services/$1/src/domain/", "^packages/(recurrence|time)/", PURE_KIT, "^node_modules/(@types/)?luxon/"],
    },
  },
  {
    name: "store-below",
    severity: "error",
    comment: "The store knows the domain and its own tables; of messaging only what joins its transaction.",
    from: { path: "^services/([^/]+)/src/store/", pathNot: TESTS },
    to: {
      path: "^(services|packages)/",
      pathNot: [
        "^services/$1/src/(store|domain|gen)/",
        "^packages/(recurrence|time)/",
        "^packages/messaging/src/(outbox|inbox)\\.ts$",
        "^packages/kit/src/(database|database-errors|paging|ids|turns)\\.ts$",
        PURE_KIT,
      ],
    },
  },
  {
    name: "prisma-in-store-only",
    severity: "error",
    comment: "The store alone imports Prisma and turns database errors into kinds.",
    from: { path: "^services/[^/]+/src/", pathNot: [TESTS, "^services/[^/]+/src/(store|gen)/"] },
    to: { path: "(^services/[^/]+/src/gen/|^node_modules/(@prisma|prisma)/)" },
  },
  {
    name: "rpc-never-events",
    severity: "error",
    comment: "An RPC and a consumer share domain and store, never each other.",
    from: { path: "^services/([^/]+)/src/rpc/", pathNot: TESTS },
    to: { path: "^services/$1/src/(events|jobs|service\\.ts|main\\.ts)" },
  },
  {
    name: "events-never-rpc",
    severity: "error",
    comment: "An RPC and a consumer share domain and store, never each other.",
    from: { path: "^services/([^/]+)/src/events/", pathNot: TESTS },
    to: { path: "^services/$1/src/(rpc|jobs|service\\.ts|main\\.ts)" },
  },
  {
    name: "main-is-thin",
    severity: "error",
    comment: "main.ts reads the configuration, starts the service and waits.",
    from: { path: "^services/([^/]+)/src/main\\.ts$" },
    to: { path: "^(services|packages)/", pathNot: ["^services/$1/src/(service|config)\\.ts$", "^packages/kit/"] },
  },
];

module.exports = {
  forbidden: [
    {
      name: "no-cycle",
      severity: "error",
      comment: "No cycles, types included, but in what Prisma generates.",
      from: { pathNot: "/src/gen/" },
      to: { circular: true },
    },
    {
      name: "resolvable",
      severity: "error",
      comment: "An import that leads nowhere hides what it would violate.",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "web-is-a-client",
      severity: "error",
      comment: "The web app is a public client: of our packages it knows the contracts.",
      from: { path: "^apps/web/" },
      to: { path: "^(packages|services|apps)/", pathNot: ["^apps/web/", "^packages/contracts/"] },
    },
    ...packages,
    ...services,
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|coverage|\\.turbo)/" },
    // Type-only imports count: a type that crosses a border takes its package along.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".d.ts", ".json"],
    },
  },
};
