// The words of the quick switcher, of quoting, of the queue and of a change of model.
import { number } from "./en-formats";

const date = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

export const switcher = {
  title: "Go to",
  field: "Go to a chat or a command",
  hint: "A few letters of a title or a command",
  nothing: "No chat and no command has these letters.",
  found: (n: number) => `${number.format(n)} found`,
  searchMessages: (words: string) => `Search messages for “${words}”`,
  at: (time: number) => date.format(time),
  command: "Command",
  settings: (section: string) => `Settings: ${section}`,
  theme: (name: string) => `Theme: ${name}`,
  thisChat: (action: string) => `This chat: ${action}`,
  chooseModel: "Choose a model",
  larger: "Larger text",
  smaller: "Smaller text",
};

export const quote = {
  quote: "Quote",
  shortcut: "Quote what is selected",
};

export const queue = {
  region: "Queue",
  hint: "Enter edits, Delete takes back, Alt with an arrow changes the order",
  moved: (place: number, total: number) => `Place ${number.format(place)} of ${number.format(total)}`,
};

export const model = {
  changed: (name: string) => `Model changed to ${name}`,
};
