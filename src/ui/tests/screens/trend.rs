//! *Mijn verloop* by name and by keys: its sentence, its rows in words, its table, and what it never says.

use egui::{Key, vec2};
use egui_kittest::{Harness, kittest::Queryable};
use ui::theme;
use viewmodel::{Command, Frame, ScreenName, TrendState};

use crate::{
    desk::{Sent, app_with},
    sample_trend::{enough, few, trend},
};

fn harness(frame: Frame) -> (Harness<'static>, Sent) {
    let (mut app, sent) = app_with(frame);
    let builder = Harness::builder().with_size(vec2(1280.0, 1400.0)).with_context_setup(theme::install);
    let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
    harness.run_steps(3);
    (harness, sent)
}

fn hears(harness: &Harness<'static>, words: &str) -> bool {
    harness.query_all_by_label_contains(words).next().is_some()
}

#[test]
fn the_sentence_comes_first_and_each_row_is_said_with_its_interval_and_the_figure_of_its_group() {
    let (harness, _) = harness(trend(TrendState::Ready(Box::new(enough()))));
    assert!(hears(&harness, "Augustus 2025 tot en met juli 2026: bij 41 van 52 ritten, dat is 79%."));
    assert!(hears(&harness, "aug – okt 2025 83% (55–95), n 12"));
    assert!(hears(&harness, "nov 2025 – jan 2026 73% (48–89), n 15"));
    assert!(hears(&harness, "Cardiovasculair 82% (59–94), n 17, RAV 76%"));
    assert!(hears(&harness, "Neurologisch 92% (65–99), n 12, RAV nog niet gepubliceerd"));
    assert!(hears(&harness, "Trauma te weinig gegevens (minder dan 10)"));
    assert!(hears(&harness, "Van tien strepen ligt er door toeval wel eens één naast de lijn."));
    assert!(hears(&harness, "De RAV als geheel: 79%."));
    assert!(hears(&harness, "Bedankjes van jou") && hears(&harness, "Ziekenhuis Rivierenland Oost: 4"));
    assert!(hears(&harness, "Thema’s die jij koos") && hears(&harness, "Gemiste of onvolledige informatie: 2"));
    let (few, _) = self::harness(trend(TrendState::Ready(Box::new(few()))));
    assert!(!hears(&few, "Thema’s") && !hears(&few, "Bedankjes"), "without ticks there is no such card");
}

#[test]
fn the_same_rows_stand_in_a_table_and_by_month() {
    let (mut harness, _) = harness(trend(TrendState::Ready(Box::new(enough()))));
    harness.get_by_label("Per maand").click();
    harness.run_steps(2);
    assert!(hears(&harness, "nov 2025 82% (52–95), n 11") && hears(&harness, "aug 2025 te weinig gegevens"));
    harness.key_press(Key::T);
    harness.run_steps(2);
    for words in ["82%", "52–95", "nov 2025", "RAV, dezelfde groep", "nog niet gepubliceerd"] {
        assert!(hears(&harness, words), "{words}");
    }
    assert!(!hears(&harness, "nov 2025 82% (52–95), n 11"), "the drawing is gone");
}

#[test]
fn fewer_than_ten_gives_no_percentage_and_stopped_is_offered_again() {
    let (harness, _) = harness(trend(TrendState::Ready(Box::new(few()))));
    assert!(hears(&harness, "minder dan 10 ritten met een oordeel van de SEH"));
    assert!(hears(&harness, "De RAV als geheel: nog niet gepubliceerd."));
    assert!(hears(&harness, "Terugkoppelingen van langer geleden zijn vernietigd"));
    let (mut harness, sent) = self::harness(trend(TrendState::Stopped));
    harness.get_by_label("Tel mijn terugkoppelingen").click();
    harness.run_steps(2);
    assert!(matches!(sent.borrow_mut().pop(), Some(Command::Open(ScreenName::Trend))));
}

/// Plain words: what is, never what one ought to be.
#[test]
fn nothing_on_it_says_good_or_bad() {
    for language in [viewmodel::Language::Dutch, viewmodel::Language::English] {
        let judging = [
            "beter",
            "slecht",
            "fout",
            "correct",
            "score",
            "prestatie",
            "accura",
            "gemist",
            "helaas",
            "knap",
            "goed gedaan",
            "better",
            "worse",
            "wrong",
            "mistake",
            "performance",
            "well done",
            "sorry",
        ];
        let of_trend = |line: &&str| line.starts_with("ui-trend") || line.starts_with("help-trend");
        for line in language.source().lines().filter(of_trend) {
            let words = line.split_once(" = ").map(|(_, words)| words.to_lowercase()).unwrap_or_default();
            assert!(!judging.iter().any(|word| words.contains(word)), "{line}");
        }
    }
}
