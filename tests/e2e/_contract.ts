import { globSync } from "node:fs";
import { join } from "node:path";
import { getOption, hasOption, type DescMessage, type DescMethod, type DescService } from "@bufbuild/protobuf";
import { access } from "@calends/contracts/calends/options/v1/options_pb";

const generated = join(import.meta.dirname, "../../packages/contracts/src/gen");

/** Every service of the contract, found by its generated file, so that a new one is covered without being named. */
export async function contractServices(): Promise<DescService[]> {
  const files = globSync("{calends,grpc}/**/*_pb.ts", { cwd: generated }).toSorted();
  const modules = await Promise.all(files.map((file): Promise<object> => import(join(generated, file))));
  return modules.flatMap((module) => Object.values(module).filter(isService));
}

/** Every RPC of our own services. */
export async function contractMethods(): Promise<DescMethod[]> {
  return (await contractServices())
    .filter(({ typeName }) => typeName.startsWith("calends."))
    .flatMap(({ methods }) => methods);
}

/** An RPC's path, which is also how tests name it. */
export function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/** Whether the proto says that anybody may call the RPC. */
export function isPublic(method: DescMethod): boolean {
  return hasOption(method, access) && getOption(method, access).rule.case === "public";
}

/** The scope that the proto demands; empty where it demands none. */
export function scopeOf(method: DescMethod): string {
  const { rule } = hasOption(method, access) ? getOption(method, access) : { rule: { case: undefined, value: "" } };
  return rule.case === "scope" ? rule.value : "";
}

/** Every scope that any RPC demands. */
export async function allScopes(): Promise<string[]> {
  return [...new Set((await contractMethods()).map(scopeOf))].filter((scope) => scope !== "");
}

/** The folder's name of the service that serves a message or an RPC's service. */
export function ownerOf({ file }: Pick<DescService | DescMessage, "file">): string {
  const name = file.proto.package.split(".")[1] ?? "";
  return name === "recurrence" ? "recurrence-engine" : name;
}

function isService(value: unknown): value is DescService {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "service";
}
