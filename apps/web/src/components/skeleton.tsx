import type { ReactNode } from "react";

/** The outline of a page while it is loaded, in the page's own measures so that nothing moves. */
export function PageSkeleton(): ReactNode {
  return (
    <div className="card booking" aria-busy="true">
      <p className="visually-hidden">Loading…</p>
      <div className="summary" aria-hidden="true">
        <span className="bone bone-title" />
        <span className="bone bone-line" />
        <span className="bone bone-line short" />
      </div>
      <div className="picker" aria-hidden="true">
        <div className="month">
          <span className="bone bone-title" />
          <span className="bone bone-month" />
        </div>
        <div className="slots">
          <span className="bone bone-title" />
          <SlotBones />
        </div>
      </div>
    </div>
  );
}

/** The outline of a list of slots. */
export function SlotBones(): ReactNode {
  return (
    <ul className="slot-list" aria-hidden="true">
      {Array.from({ length: 6 }, (_, index) => (
        <li key={index}>
          <span className="bone bone-slot" />
        </li>
      ))}
    </ul>
  );
}
