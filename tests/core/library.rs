//! The library: personas and their versions, prompts and their variables, and both as files.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use parlour_core::Parlour;
use parlour_core::chat::{ChatHead, ChatId, ChatOptions};
use parlour_core::error::ErrorKind;
use parlour_core::library::file::{Imported, LibraryFile};
use parlour_core::library::template::{Field, fill_prompt, prompt_fields, uses_clipboard};
use parlour_core::library::{ChatPersona, PROMPT_LIMIT, Persona};
use parlour_core::parlour::system_clock;
use parlour_core::patch::{OperationKind, Undone};

use crate::house::{DAY, House, holding, new_chat, say};
use crate::random::Random;

fn brief() -> ChatOptions {
    ChatOptions {
        model: Some("small".into()),
        system_prompt: Some("Be brief.".into()),
        temperature: Some(0.25),
        ..ChatOptions::default()
    }
}

async fn head(parlour: &Arc<Parlour>, chat: &ChatId) -> ChatHead {
    parlour.next_patch(chat, 0).await.unwrap().head.unwrap()
}

fn shown(persona: &Persona, number: u32, newest: u32) -> Option<ChatPersona> {
    Some(ChatPersona { id: persona.id.clone(), name: persona.name.clone(), number, newest, altered: false })
}

fn file(name: &str, text: &str) -> LibraryFile {
    LibraryFile { name: name.into(), text: text.into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_takes_a_persona_over_sends_its_values() {
    let (house, parlour) = House::connected().await;
    let persona = parlour.save_persona(None, "Editor", brief()).await.unwrap();
    let chat = new_chat(&parlour).await;
    parlour.set_persona(&chat, Some(persona.id.clone()), None).await.unwrap();
    say(&parlour, &chat, "Hi").await;
    let body = house.server.request(0).await.body;
    assert_eq!((&body["model"], &body["temperature"]), (&"small".into(), &0.25.into()));
    assert_eq!(body["messages"][0], serde_json::json!({ "role": "system", "content": "Be brief." }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_leaves_the_chats_of_an_older_one_as_they_are_and_says_that_it_is_there() {
    let (_house, parlour) = House::connected().await;
    let first = parlour.save_persona(None, "Editor", brief()).await.unwrap();
    let chat = new_chat(&parlour).await;
    parlour.set_persona(&chat, Some(first.id.clone()), None).await.unwrap();
    let before = parlour.next_patch(&chat, 0).await.unwrap();
    let warm = ChatOptions { temperature: Some(1.5), ..brief() };
    let second = parlour.save_persona(Some(first.id.clone()), "Editor", warm.clone()).await.unwrap();
    assert_eq!((second.number, second.versions), (2, 2));
    // A window that shows the chat is told.
    let told = parlour.next_patch(&chat, before.revision).await.unwrap().head.unwrap();
    assert_eq!((told.persona, told.options), (shown(&first, 1, 2), brief()));
    parlour.set_persona(&chat, Some(first.id.clone()), Some(2)).await.unwrap();
    let now = head(&parlour, &chat).await;
    assert_eq!((now.persona, now.options), (shown(&first, 2, 2), warm.clone()));
    // And the older one again.
    parlour.set_persona(&chat, Some(first.id.clone()), Some(1)).await.unwrap();
    assert_eq!(head(&parlour, &chat).await.options, brief());
    let versions = parlour.persona_versions(&first.id).await.unwrap();
    assert_eq!(versions.into_iter().map(|each| each.options).collect::<Vec<_>>(), [warm, brief()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn saving_a_persona_without_a_change_makes_no_version() {
    let (_house, parlour) = House::connected().await;
    let persona = parlour.save_persona(None, "  Editor \n of  mine ", brief()).await.unwrap();
    assert_eq!(persona.name, "Editor of mine");
    let again = parlour.save_persona(Some(persona.id.clone()), "Editor of mine", brief()).await.unwrap();
    assert_eq!(again, persona);
    assert_eq!(parlour.persona_versions(&persona.id).await.unwrap(), [persona]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_says_that_it_has_other_values_than_its_persona() {
    let (_house, parlour) = House::connected().await;
    let persona = parlour.save_persona(None, "Editor", brief()).await.unwrap();
    let chat = new_chat(&parlour).await;
    parlour.set_persona(&chat, Some(persona.id.clone()), None).await.unwrap();
    parlour.set_chat_options(&chat, ChatOptions { temperature: Some(2.0), ..brief() }).await.unwrap();
    assert!(head(&parlour, &chat).await.persona.unwrap().altered);
    parlour.set_persona(&chat, None, None).await.unwrap();
    let now = head(&parlour, &chat).await;
    assert_eq!((now.persona, now.options), (None, ChatOptions::default()));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_deletion_and_each_taking_over_can_be_undone_after_a_restart() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let own = ChatOptions { max_tokens: Some(9), ..ChatOptions::default() };
    parlour.set_chat_options(&chat, own.clone()).await.unwrap();
    let persona = parlour.save_persona(None, "Editor", brief()).await.unwrap();
    let prompt = parlour.save_prompt(None, "Greeting", "Hello".into()).await.unwrap();
    parlour.set_persona(&chat, Some(persona.id.clone()), None).await.unwrap();
    parlour.delete_prompt(&prompt.id).await.unwrap();
    parlour.delete_persona(&persona.id).await.unwrap();
    assert_eq!(head(&parlour, &chat).await.persona, None);
    let empty = parlour.library().await.unwrap();
    assert_eq!((empty.personas, empty.prompts), (Vec::new(), Vec::new()));
    drop(parlour);
    let parlour = house.open();
    // What it took is the chat's own.
    assert_eq!(head(&parlour, &chat).await.options, brief());
    let undone = |kind| Some(Undone { kind, chat: None });
    assert_eq!(parlour.undo_last().await.unwrap(), undone(OperationKind::DeletePersona));
    assert_eq!(head(&parlour, &chat).await.persona, shown(&persona, 1, 1));
    assert_eq!(parlour.undo_last().await.unwrap(), undone(OperationKind::DeletePrompt));
    let library = parlour.library().await.unwrap();
    assert_eq!((library.personas, library.prompts), (vec![persona], vec![prompt]));
    let set = Some(Undone { kind: OperationKind::SetPersona, chat: Some(chat.clone()) });
    assert_eq!(parlour.undo_last().await.unwrap(), set);
    let now = head(&parlour, &chat).await;
    assert_eq!((now.persona, now.options), (None, own));
    let set = Some(Undone { kind: OperationKind::ChangeOptions, chat: Some(chat) });
    assert_eq!(parlour.undo_last().await.unwrap(), set);
    assert_eq!(parlour.undo_last().await.unwrap(), None);
}

static NOW: AtomicI64 = AtomicI64::new(0);

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_from_the_library_goes_for_good_after_thirty_days() {
    let (mut house, parlour) = House::connected().await;
    drop(parlour);
    let start = system_clock();
    NOW.store(start, Ordering::Relaxed);
    house.clock = || NOW.load(Ordering::Relaxed);
    let parlour = house.open();
    let options = ChatOptions { system_prompt: Some("the canary of a persona".into()), ..brief() };
    let persona = parlour.save_persona(None, "Editor", options).await.unwrap();
    let prompt = parlour.save_prompt(None, "Greeting", "the canary of a prompt".into()).await.unwrap();
    let kept = parlour.save_prompt(None, "Another", "which stays".into()).await.unwrap();
    parlour.delete_persona(&persona.id).await.unwrap();
    let done = parlour.delete_prompt(&prompt.id).await.unwrap();
    for day in 1..30 {
        NOW.store(start + day * DAY, Ordering::Relaxed);
        parlour.empty_trash().await.unwrap();
    }
    // It can be brought back to the last day, and what is there is not let go of.
    parlour.undo(&done.operation_id).await.unwrap();
    assert_eq!(parlour.library().await.unwrap().prompts.len(), 2);
    parlour.delete_prompt(&prompt.id).await.unwrap();
    for day in 30..61 {
        NOW.store(start + day * DAY, Ordering::Relaxed);
        parlour.empty_trash().await.unwrap();
    }
    assert_eq!(holding(house.folder.path(), "the canary of"), Vec::<String>::new());
    assert_eq!(parlour.library().await.unwrap().prompts, [kept]);
    assert_eq!(parlour.undo_last().await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_name_no_text_or_no_sense_is_refused() {
    let (_house, parlour) = House::connected().await;
    let refused = parlour.save_persona(None, " \n ", brief()).await.unwrap_err();
    assert_eq!((refused.kind, refused.detail.parameter.as_deref()), (ErrorKind::InvalidSettings, Some("name")));
    let hot = ChatOptions { temperature: Some(3.0), ..ChatOptions::default() };
    assert_eq!(parlour.save_persona(None, "Hot", hot).await.unwrap_err().kind, ErrorKind::InvalidSettings);
    let empty = parlour.save_prompt(None, "Empty", " \n".into()).await.unwrap_err();
    assert_eq!(empty.kind, ErrorKind::EmptyPrompt);
    let large = parlour.save_prompt(None, "Large", "x".repeat(PROMPT_LIMIT + 1)).await.unwrap_err();
    assert_eq!(large.kind, ErrorKind::MessageTooLarge);
    let long = parlour.save_prompt(None, &"ü".repeat(300), "x".into()).await.unwrap();
    assert_eq!(long.name, "ü".repeat(200));
    parlour.delete_prompt(&long.id).await.unwrap();
    let gone = parlour.save_prompt(Some(long.id), "Name", "x".into()).await.unwrap_err();
    assert_eq!(gone.kind, ErrorKind::NotInLibrary);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exported_library_comes_back_whole_and_twice_is_once() {
    let (house, parlour) = House::connected().await;
    let persona = parlour.save_persona(None, "Editor", brief()).await.unwrap();
    parlour.save_persona(Some(persona.id.clone()), "Strict editor", ChatOptions::default()).await.unwrap();
    parlour.save_prompt(None, "Greeting", "Hello {{name}}\n\\{{".into()).await.unwrap();
    let first = parlour.export_library(house.folder.path()).await.unwrap();
    let second = parlour.export_library(house.folder.path()).await.unwrap();
    assert_ne!(first, second);
    let text = std::fs::read_to_string(first).unwrap();
    assert_eq!(text, std::fs::read_to_string(second).unwrap());
    let counts =
        |personas, prompts, present, unusable| Imported { personas, prompts, present, unusable, operation_id: None };
    let again = parlour.import_library(vec![file("library.json", &text)]).await.unwrap();
    assert_eq!(again, counts(0, 0, 2, 0));

    let (_other_house, other) = House::connected().await;
    let added = other.import_library(vec![file("library.json", &text), file("again.json", &text)]).await.unwrap();
    assert_eq!(Imported { operation_id: None, ..added.clone() }, counts(1, 1, 2, 0));
    assert_eq!(other.exported_library().await.unwrap(), text);
    let library = other.library().await.unwrap();
    assert_eq!(library.personas[0].versions, 2);
    other.undo(&added.operation_id.unwrap()).await.unwrap();
    let library = other.library().await.unwrap();
    assert_eq!((library.personas.len(), library.prompts.len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_file_adds_what_is_good_in_it_or_nothing() {
    let (_house, parlour) = House::connected().await;
    let deep = format!(r#"{{"format":"parlour-library","version":1,"prompts":{}"#, "[".repeat(100_000));
    for bad in
        ["", "[]", "{}", r#"{"format":"parlour-library","version":2}"#, r#"{"format":"other","version":1}"#, &deep]
    {
        let refused = parlour.import_library(vec![file("a.md", "Good"), file("b.json", bad)]).await.unwrap_err();
        assert_eq!((refused.kind, refused.detail.path.as_deref()), (ErrorKind::NotALibrary, Some("b.json")));
    }
    assert_eq!(parlour.library().await.unwrap().prompts, []);
    let mixed = serde_json::json!({
        "format": "parlour-library", "version": 1, "colour": "red", "owner": { "id": 1 },
        "personas": [
            { "name": " Editor ", "options": { "temperature": 0.5, "unheardOf": [1] }, "mood": "good" },
            { "name": "Hot", "options": { "temperature": 99 } },
            { "name": "" }, { "options": {} }, 7, null,
        ],
        "prompts": [{ "name": "One", "text": "1", "id": "x" }, { "name": "Two" }, { "name": "Three", "text": " " }, "Four"],
    });
    let added =
        parlour.import_library(vec![file("x", &mixed.to_string()), file("My note.MD", "A\r\nB")]).await.unwrap();
    assert_eq!((added.personas, added.prompts, added.present, added.unusable), (1, 2, 0, 8));
    let library = parlour.library().await.unwrap();
    assert_eq!(library.personas[0].name, "Editor");
    let prompts: Vec<_> = library.prompts.into_iter().map(|prompt| (prompt.name, prompt.text)).collect();
    assert_eq!(prompts, [("My note".to_owned(), "A\nB".to_owned()), ("One".to_owned(), "1".to_owned())]);
}

fn field(name: &str, default: &str, choices: &[&str]) -> Field {
    Field {
        name: name.into(),
        default: default.into(),
        choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
    }
}

fn filled(text: &str, values: &[(&str, &str)]) -> String {
    let values: HashMap<String, String> =
        values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    fill_prompt(text, &values, "1 May 2026", "from {{name}} the clipboard")
}

#[test]
fn variables_have_names_defaults_and_choices() {
    let text = "To {{ name }}, {{name=Ada}}: {{tone:formal|friendly |formal| }} {{date}} {{clipboard}} {{due =in 2 days: soon}}";
    let expected = [
        field("name", "Ada", &[]),
        field("tone", "formal", &["formal", "friendly"]),
        field("due", "in 2 days: soon", &[]),
    ];
    assert_eq!(prompt_fields(text), expected);
    assert!(uses_clipboard(text) && !uses_clipboard("\\{{clipboard}} {{clipboard=x}}"));
    assert_eq!(
        filled(text, &[("name", "Grace {{date}}"), ("tone", "friendly")]),
        "To Grace {{date}}, Grace {{date}}: friendly 1 May 2026 from {{name}} the clipboard in 2 days: soon"
    );
    assert_eq!(filled("{{a}}{{b=x}}{{c:y|z}}", &[]), "xy");
    assert_eq!(filled("{{a}}{{b=x}}", &[("b", "")]), "");
}

#[test]
fn what_is_no_variable_is_text() {
    for text in [
        "", "{{}}", "{{ }}", "{{=x}}", "{{a", "{{a}", "a}}", "{{a\nb}}", "{a}", "{{a}b}}", "{{{{", "}}{{", "{{a{b}}",
        "\\{",
    ] {
        assert_eq!(prompt_fields(text), [], "{text}");
        assert_eq!(filled(text, &[("a", "X"), ("b", "X")]), text);
    }
    assert_eq!(filled("\\{{a}} \\\\{{a}}", &[("a", "X")]), "{{a}} \\{{a}}");
    // The innermost two open it.
    assert_eq!(filled("{{{a}}} {{a{{a}}", &[("a", "X")]), "{X} {{aX");
    let long = format!("{{{{{}}}}}", "n".repeat(101));
    assert_eq!(filled(&long, &[]), long);
}

#[test]
fn any_text_is_filled_and_no_text_is_too_hard() {
    let mut random = Random(5);
    for _ in 0..20_000 {
        let text: String = (0..random.below(24))
            .map(|_| {
                *random.one_of(&["{", "{{", "}}", "}", "a", "ß", "=", ":", "|", "\\", "\n", " ", "date", "clipboard"])
            })
            .collect();
        let names = prompt_fields(&text);
        let values: Vec<(&str, &str)> = names.iter().map(|field| (field.name.as_str(), "")).collect();
        filled(&text, &values);
    }
    // A megabyte of each would take minutes if its time were not linear.
    for piece in ["{", "{{", "{{a", "{{a=", "\\{{", "{{a}", "}}", "{{a|", "{{a:|", "{ {"] {
        let text = piece.repeat(PROMPT_LIMIT / piece.len());
        assert!(prompt_fields(&text).len() <= 1);
        assert!(filled(&text, &[]).len() <= text.len());
    }
    let many: String = (0..100_000).map(|n| format!("{{{{v{n}}}}} ")).collect();
    assert_eq!(prompt_fields(&many).len(), 100);
    assert!(filled(&many, &[]).ends_with("{{v99999}} "));
}
