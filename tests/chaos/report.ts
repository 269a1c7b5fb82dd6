import { passes } from "./checker/finding.ts";
import type { Report } from "./run.ts";

/** A report as a table. */
export function tableOf(report: Report): string {
  const { attempts, outcomes, faults, settled } = report;
  const lines = [
    `chaos: ${report.clients} clients for ${report.seconds} s, seed ${report.seed}`,
    "",
    row("attempts", listOf(attempts)),
    row("outcomes", listOf(outcomes)),
    row("faults", listOf(faults)),
    row("settled", `${settled.unsettled === "" ? "yes" : settled.unsettled}, after ${settled.tookMs} ms`),
    "",
  ];
  for (const finding of report.findings) {
    const bound = finding.most === null ? "" : finding.most === 0 ? "" : ` (at most ${finding.most})`;
    lines.push(row(`${passes(finding) ? "  " : "✗ "}${finding.name}`, `${finding.count}${bound}`));
    lines.push(...(passes(finding) ? [] : finding.examples.map((example) => `      ${example}`)));
  }
  return `${lines.join("\n")}\n`;
}

/** Whether every line that has a bound keeps it. */
export function isClean({ findings }: Pick<Report, "findings">): boolean {
  return findings.every(passes);
}

function row(name: string, value: string): string {
  return `${name.padEnd(52)} ${value}`;
}

function listOf(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, n]) => `${name} ${n}`);
  return parts.length === 0 ? "none" : parts.join(", ");
}
