import type { ReactNode } from "react";

const ICONS = {
  clock: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M10 5.5V10l3 2",
  place: "M10 17.5s5.5-4.6 5.5-9a5.5 5.5 0 1 0-11 0c0 4.4 5.5 9 5.5 9M10 10.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
  check: "m4 10.5 4 4 8-9",
} as const;

interface FactProps {
  readonly icon: keyof typeof ICONS;
  readonly children: ReactNode;
}

/** One line of a list of facts, with its icon. */
export function Fact({ icon, children }: FactProps): ReactNode {
  return (
    <li>
      <svg className="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
        <path d={ICONS[icon]} />
      </svg>
      {children}
    </li>
  );
}
