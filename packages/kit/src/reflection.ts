import { create, createRegistry, toBinary, type DescFile, type DescService, type Registry } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import {
  ErrorResponseSchema,
  type ServerReflection,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
} from "@calends/contracts/grpc/reflection/v1/reflection_pb";
import { Code, type ServiceImpl } from "@connectrpc/connect";

type Answer = ServerReflectionResponse["messageResponse"];

/** Implements grpc.reflection.v1 for the services that a server has, so that grpcurl and its like need no .proto files. */
export function reflectionService(services: () => readonly DescService[]): ServiceImpl<typeof ServerReflection> {
  return {
    async *serverReflectionInfo(requests) {
      for await (const originalRequest of requests) {
        const messageResponse = answer(originalRequest.messageRequest, services());
        yield { validHost: originalRequest.host, originalRequest, messageResponse };
      }
    },
  };
}

function answer(request: ServerReflectionRequest["messageRequest"], services: readonly DescService[]): Answer {
  const files = allFiles(services);
  // Imported files too: a client asks for the types of requests, wherever they are declared.
  const registry = createRegistry(...files.values());
  switch (request.case) {
    case "listServices": {
      const service = services.map(({ typeName }) => ({
        $typeName: "grpc.reflection.v1.ServiceResponse" as const,
        name: typeName,
      }));
      return { case: "listServicesResponse", value: { $typeName: "grpc.reflection.v1.ListServiceResponse", service } };
    }
    case "fileByFilename":
      return fileAnswer(files.get(request.value));
    case "fileContainingSymbol":
      return fileAnswer(fileOfSymbol(registry, request.value));
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = request.value;
      return fileAnswer(
        registry.get(containingType)?.kind === "message"
          ? extensionFile(registry, containingType, extensionNumber)
          : undefined,
      );
    }
    default:
      return refusal(Code.Unimplemented, "not supported");
  }
}

function extensionFile(registry: Registry, typeName: string, number: number): DescFile | undefined {
  for (const type of registry) {
    if (type.kind === "extension" && type.extendee.typeName === typeName && type.number === number) {
      return type.file;
    }
  }
  return undefined;
}

function fileOfSymbol(registry: Registry, symbol: string): DescFile | undefined {
  const whole = registry.get(symbol);
  if (whole !== undefined) {
    return whole.file;
  }
  const parent = registry.get(symbol.slice(0, symbol.lastIndexOf(".")));
  return parent?.file;
}

/** A file's answer carries the file and all it imports, so that a client needs one round. */
function fileAnswer(file: DescFile | undefined): Answer {
  if (file === undefined) {
    return refusal(Code.NotFound, "not found");
  }
  const fileDescriptorProto = [...withImports(file).values()].map((f) => toBinary(FileDescriptorProtoSchema, f.proto));
  return {
    case: "fileDescriptorResponse",
    value: { $typeName: "grpc.reflection.v1.FileDescriptorResponse", fileDescriptorProto },
  };
}

function refusal(code: Code, errorMessage: string): Answer {
  return { case: "errorResponse", value: create(ErrorResponseSchema, { errorCode: code, errorMessage }) };
}

function allFiles(services: readonly DescService[]): Map<string, DescFile> {
  return new Map(services.flatMap(({ file }) => [...withImports(file)]));
}

function withImports(file: DescFile, seen = new Map<string, DescFile>()): Map<string, DescFile> {
  if (!seen.has(file.proto.name)) {
    seen.set(file.proto.name, file);
    for (const dependency of file.dependencies) {
      withImports(dependency, seen);
    }
  }
  return seen;
}
