// Puts the scripted backend in the place of Tauri for every test, and leaves nothing behind after one.
import { cleanup } from "@testing-library/svelte";
import { afterEach, beforeEach, vi } from "vitest";
import { backend } from "./backend";

vi.mock("@tauri-apps/api/core", async () => {
  const { backend } = await import("./backend");
  return { invoke: (command: string, args?: Record<string, unknown>) => backend.invoke(command, args) };
});

beforeEach(() => {
  backend.reset();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
