import type { ReactNode } from "react";

/** The name and its mark: a calendar leaf with the new moon, by which Rome named the first day of a month. */
export function Logo(): ReactNode {
  return (
    <span className="logo">
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
        <rect className="logo-leaf" x="2" y="4" width="28" height="26" rx="8" />
        <path className="logo-moon" d="M18.6 9.2a8.4 8.4 0 1 1-9.7 12.6 9.6 9.6 0 0 0 9.7-12.6z" />
        <path className="logo-rings" d="M10 2v5M22 2v5" />
      </svg>
      Calends
    </span>
  );
}
