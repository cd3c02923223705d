// Light or dark, and the size of text, on the page's root.
import type { Theme } from "../bindings";

/** Shows the theme and the size; the result stops watching the system. */
export function appearance(theme: Theme, textSize: number): () => void {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    root.dataset.theme = theme === "dark" || (theme === "system" && system.matches) ? "dark" : "light";
  };
  show();
  root.style.fontSize = `${textSize}%`;
  system.addEventListener("change", show);
  return () => system.removeEventListener("change", show);
}
