import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { routeOf } from "./routes.ts";

const root = document.querySelector("#root");
if (root === null) {
  throw new Error("index.html has no element #root");
}
createRoot(root).render(
  <StrictMode>
    <App route={routeOf(window.location.pathname)} />
  </StrictMode>,
);
