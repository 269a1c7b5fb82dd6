// Ends with 0 when the service in this container serves: grpc.health.v1.Health over Connect. For Compose; Kubernetes
// asks by gRPC itself.
const port = process.env["PORT"] ?? "8080";

try {
  const response = await fetch(`http://127.0.0.1:${port}/grpc.health.v1.Health/Check`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
    signal: AbortSignal.timeout(2_500),
  });
  const answer = (await response.json()) as { status?: string };
  process.exitCode = answer.status === "SERVING" ? 0 : 1;
} catch {
  process.exitCode = 1; // Nobody listens yet.
}
