//! Settings: checked, written before they count, told to every window.

use parlour_core::error::{Error, ErrorKind};
use parlour_core::settings::{Settings, Theme};

use crate::house::House;
use crate::window::Overview;

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_make_no_sense_are_refused_by_name_and_nothing_changes() {
    let house = House::bare().await;
    let parlour = house.open();
    let own = Settings::default();
    let table = [
        ("model", Settings { model: "  ".into(), ..own.clone() }),
        ("temperature", Settings { temperature: Some(2.5), ..own.clone() }),
        ("temperature", Settings { temperature: Some(f64::NAN), ..own.clone() }),
        ("maxTokens", Settings { max_tokens: Some(0), ..own.clone() }),
        ("textSize", Settings { text_size: 79, ..own.clone() }),
        ("textSize", Settings { text_size: 201, ..own.clone() }),
    ];
    for (name, settings) in table {
        let invalid = Error::new(ErrorKind::InvalidSettings).with(|d| d.parameter = Some(name.into()));
        assert_eq!(parlour.save_settings(settings).await, Err(invalid));
        assert_eq!(parlour.settings(), own);
        assert_eq!(house.settings_file.saved(), own);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_saved_as_checked_and_told_to_windows() {
    let house = House::bare().await;
    let parlour = house.open();
    let mut overview = Overview::open(&parlour).await;
    let wanted =
        Settings { model: " m ".into(), theme: Theme::Dark, sidebar_width: 9000, text_size: 80, ..Settings::default() };
    let checked = Settings { model: "m".into(), sidebar_width: 320, ..wanted.clone() };
    parlour.save_settings(wanted).await.unwrap();
    overview.until("the settings", |overview| overview.settings.as_ref() == Some(&checked)).await;
    assert_eq!((parlour.settings(), house.settings_file.saved()), (checked.clone(), checked));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_cannot_be_written_are_as_they_were_and_chats_open_all_the_same() {
    let house = House::bare().await;
    let parlour = house.open();
    house.settings_file.fail(ErrorKind::StorageFull);
    let settings = Settings { model: "m".into(), ..Settings::default() };
    assert_eq!(parlour.save_settings(settings).await, Err(ErrorKind::StorageFull.into()));
    assert_eq!(parlour.settings(), Settings::default());
    parlour.new_chat().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_stands_until_it_is_dismissed_and_stands_once() {
    let house = House::bare().await;
    let parlour = house.open();
    let mut overview = Overview::open(&parlour).await;
    let content = parlour_core::patch::NoticeContent::Failure { error: ErrorKind::StorageFull.into() };
    parlour.notify(content.clone());
    parlour.notify(content.clone());
    overview.until("the notice", |overview| overview.notices.as_ref().is_some_and(|notices| notices.len() == 1)).await;
    let notice = parlour.overview().await.unwrap().notices.unwrap().remove(0);
    assert_eq!(notice.content, content);
    parlour.dismiss_notice(notice.id);
    overview.until("no notice", |overview| overview.notices.as_ref().is_some_and(Vec::is_empty)).await;
}
