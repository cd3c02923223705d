"""Writes a data folder with one chat of many messages, as the app itself would have left it.

Usage: long_chat.py FOLDER MIGRATIONS MESSAGES. The app is not running on the folder.
Every message names its place ("Message 17"), every third answer has code, every tenth a heading; lengths differ widely.
"""

import hashlib
import json
import pathlib
import sqlite3
import sys

START = 1_700_000_000_000


def identity(number):
    """The text of a UUIDv7 that sorts by number."""
    at = f"{START + number:012x}"
    return f"{at[:8]}-{at[8:]}-7000-8000-{number:012x}"


def words(number):
    """A deterministic text, from some words to some paragraphs."""
    sentence = "The keeper counts the ships that pass, and writes their number down before the light is lit. "
    return sentence * (1 + (number * 7919) % 5)


def text(number):
    if number % 2 == 0:
        return f"Message {number}: how does this one go on? {words(number)[: 40 + (number * 31) % 400]}"
    body = [f"Message {number} answers. {words(number)}"]
    if number % 20 == 1:
        body.insert(0, f"## Heading {number}")
    if number % 6 == 1:
        body.append(f"```rust\nfn message_{number}() {{\n    let ships = {number};\n}}\n```")
    if number % 4 == 3:
        body.append("- one thing\n- **another** thing\n- a third with `code` in it")
    if number % 1000 == 501:
        body.append(f"The rare word is *zebra*fish, here in {number}.")
    body.append(words(number + 1))
    return "\n\n".join(body)


def digest(identity_, parent, role, content):
    """The hash of store/digest.rs."""
    hasher = hashlib.sha256()
    for part in (identity_, parent or "", role, "text", content, ""):
        encoded = part.encode()
        hasher.update(len(encoded).to_bytes(8, "little"))
        hasher.update(encoded)
    return hasher.digest()


def fill(folder, migrations, count):
    steps = sorted(migrations.glob("*.sql"))
    database = sqlite3.connect(folder / "parlour.db", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("BEGIN")
    for step in steps:
        # `executescript` would commit what has begun.
        for statement in step.read_text().split(";\n"):
            # Python's SQLite may be older than the app's, and not know how words of deleted texts leave the index: here is none.
            if statement.strip() and "'secure-delete'" not in statement:
                database.execute(statement)
    database.execute(f"PRAGMA user_version = {len(steps)}")
    chat, whole, parent = identity(0), 0, None
    last = identity(count)
    database.execute(
        "INSERT INTO chat (id, head_id, title, title_by_person, created_at, updated_at) VALUES (?, ?, ?, 1, ?, ?)",
        (chat, last, "A long chat", START, START + count),
    )
    for number in range(count):
        own, content = identity(number + 1), text(number)
        role = "user" if number % 2 == 0 else "assistant"
        own_hash = digest(own, parent, role, content)
        whole ^= int.from_bytes(own_hash, "big")
        at = START + number + 1
        database.execute(
            "INSERT INTO message (seq, id, chat_id, parent_id, role, state, model, created_at, started_at, settled_at, hash)"
            " VALUES (?, ?, ?, ?, ?, 'complete', ?, ?, ?, ?, ?)",
            (at, own, chat, parent, role, None if role == "user" else "test-model", at, at, at, own_hash),
        )
        database.execute("INSERT INTO part (message_id, n, kind, text) VALUES (?, 0, 'text', ?)", (own, content))
        parent = own
    database.execute("UPDATE chat SET message_count = ?, digest = ?", (count, whole.to_bytes(32, "big")))
    database.execute("COMMIT")
    database.close()
    (folder / "settings.json").write_text(json.dumps({"lastChat": chat}))


fill(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3]))
