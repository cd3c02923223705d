// English: the parameters of a chat, and temporary chats.
import { list } from "./en-formats";

export const parameterNames = {
  model: "Model",
  systemPrompt: "System prompt",
  temperature: "Temperature",
  maxTokens: "Most tokens of an answer",
  topP: "Top p",
  reasoningEffort: "Reasoning effort",
  stop: "Stop sequences",
  seed: "Seed",
  responseFormat: "Response format",
};

export const parametersOfChat = {
  names: parameterNames,
  more: "More parameters",
  /** What an empty choice means. */
  asServer: "As the server has it",
  topPHint: "0 to 1. Usually instead of the temperature, not beside it.",
  effortHint: "For models that reason. Others refuse it.",
  efforts: { minimal: "Minimal", low: "Low", medium: "Medium", high: "High" },
  stopHint: "An answer ends before any of these. One on each line, four at most; \\n stands for a line break.",
  seedHint: "A whole number. The same seed asks for the same answer.",
  formatHint: "For JSON, most servers want the word in the prompt, too.",
  formats: { text: "Text", jsonObject: "A JSON object" },
  useDefault: "Use the default",
  useDefaultOf: (what: string) => `Use the default: ${what}`,
  /** Beside the model, where something else of the chat is its own. */
  own: (names: string[]) => `Differs from the defaults: ${list.format(names)}`,
  changed: "Chat settings changed",
};

export const temporaryChats = {
  new: "New temporary chat",
  mark: "Temporary",
  line: "Temporary: nothing of this chat is kept",
  /** What that means, on request. */
  meaning:
    "It is in memory only, and gone when Parlour is closed. Kept are the tokens it used. The model’s server sees it like any other chat.",
  keep: "Keep this chat",
  kept: "The chat is kept",
  deleted: "Temporary chat deleted. Until Parlour is closed it can be brought back.",
};
