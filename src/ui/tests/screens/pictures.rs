//! Every screen draws, in both themes and all sizes; `TERUGBLIK_PICTURES=dir` writes them to look at.

use egui::{Theme, Vec2, vec2};
use ui::{Studio, raster::Image, theme};
use viewmodel::{EntryPage, Frame, Language, Renewing, TrendState};

use crate::{
    desk::{app_in, app_with},
    sample_accounts, sample_connections, sample_installation, sample_oversight, sample_profiles, sample_quality,
    sample_reflections, sample_rides, sample_tables, sample_trend, samples, states,
};

pub type Sample = (&'static str, fn() -> Frame);

/// *Mijn reflectie* and *Mijn reflecties*.
fn reflections() -> Vec<Sample> {
    vec![
        ("05d-reflectie", sample_reflections::on_record),
        ("05d-reflectie-leeg", sample_reflections::empty_on_record),
        ("05d-reflectie-bevestigen", sample_reflections::confirming),
        ("05d-reflectie-bevestigd", sample_reflections::confirmed),
        ("05d-reflectie-onleesbaar", sample_reflections::unreadable),
        ("06b-mijn-reflecties", sample_reflections::reflections),
        ("06b-mijn-reflecties-verbeteren", sample_reflections::rewriting),
        ("06b-mijn-reflecties-bevestigen", sample_reflections::rewriting_confirming),
        ("06b-mijn-reflecties-weg", sample_reflections::gone),
        ("06b-mijn-reflecties-leeg", sample_reflections::reflections_empty),
        ("06b-mijn-reflecties-veel", sample_reflections::many_reflections),
    ]
}

pub fn all() -> Vec<Sample> {
    let mut all: Vec<Sample> = vec![
        ("01-inloggen", samples::sign_in),
        ("01c-activeren-code", || samples::entry(EntryPage::Code { account: "1001".into() })),
        ("01d-activeren-wachtwoordzin", || samples::entry(EntryPage::Passphrase { characters_min: 14 })),
        ("01e-activeren-tweede-factor", || samples::entry(EntryPage::SecondFactor(samples::second_factor()))),
        ("01f-activeren-herstelblad", || samples::entry(EntryPage::Sheet(samples::sheet()))),
        ("01g-activeren-log", || samples::entry(EntryPage::Logged)),
        ("02-vergrendeld", samples::locked),
        ("03-patientidentificatie", || samples::identifications(false)),
        ("03b-wacht-op-seh", samples::awaited),
        ("03c-getoond", || samples::identifications(true)),
        ("04-terugkoppelingen", samples::feedback),
        ("05-terugkoppeling-open", samples::record),
        ("05c-terugkoppeling-afgeschermd", samples::record_masked),
        ("06-mijn-verloop", || sample_trend::trend(TrendState::Ready(Box::new(sample_trend::enough())))),
        ("06b-mijn-verloop-weinig", || sample_trend::trend(TrendState::Ready(Box::new(sample_trend::few())))),
        ("06c-mijn-verloop-niets", || sample_trend::trend(TrendState::Nothing)),
        ("06d-mijn-verloop-gestopt", || sample_trend::trend(TrendState::Stopped)),
        ("07-kwaliteit", sample_quality::quality),
        ("13-ontvangst", sample_tables::reception),
        ("13b-ontvangst-certificaten", sample_tables::reception_with_certificates),
        ("15-accounts", || sample_accounts::accounts(None)),
        ("15b-accounts-account", || sample_accounts::accounts(Some(sample_accounts::detail()))),
        ("15c-accounts-maken", sample_accounts::accounts_making),
        ("15d-accounts-bevestigen", sample_accounts::accounts_to_confirm),
        ("15e-rechten", sample_accounts::rights),
        ("16-meldingen", sample_oversight::oversight),
        ("16a-aansluiting-status", sample_connections::status),
        ("16a-aansluiting-wijzigen", sample_connections::editing),
        ("16a-aansluiting-geen", sample_connections::none),
        ("16b-aansluiting-afspraak", || sample_connections::agreement(true)),
        ("16b-aansluiting-afspraak-zonder", || sample_connections::agreement(false)),
        ("16c-aansluiting-certificaat", sample_connections::certificate),
        ("16c-aansluiting-proef", || sample_connections::self_tested(sample_connections::self_test(Some(true)))),
        ("16c-aansluiting-proef-mislukt", || {
            sample_connections::self_tested(sample_connections::self_test(Some(false)))
        }),
        ("16d-aansluiting-test", || sample_connections::test(false)),
        ("16d-aansluiting-test-klaar", || sample_connections::test(true)),
        ("16d-aansluiting-test-begin", sample_connections::test_to_come),
        ("17-auditlog", sample_tables::audit_log),
        ("18-instellingen", sample_tables::settings),
        ("20-berichtprofielen", sample_profiles::profiles),
        ("20-voortgang", samples::progress),
        ("21-leeg", samples::feedback_empty),
        ("22-mislukt", samples::failed),
        ("23-mijn-account", || samples::my_account(Renewing::Nothing)),
        ("23b-mijn-account-tweede-factor", || samples::my_account(Renewing::SecondFactor(samples::second_factor()))),
        ("23c-mijn-account-herstelblad", || samples::my_account(Renewing::Sheet(samples::sheet()))),
        ("24-opslag-dicht", sample_installation::choice),
        ("24-inrichten-soort", sample_installation::kind),
        ("24-inrichten-herstelset", sample_installation::kit),
        ("24-inrichten-accounts", sample_installation::accounts),
        ("24-inrichten-klaar", sample_installation::made),
        ("24-herstellen-blad", sample_installation::sheet),
    ];
    all.extend(reflections());
    all.extend(rides());
    all
}

fn rides() -> Vec<Sample> {
    vec![
        ("14-ritten-bestand", sample_rides::file_step),
        ("14-ritten-map-uit", sample_rides::folder_off),
        ("14-ritten-map-mis", sample_rides::folder_wrong),
        ("14-ritten-kolommen", || sample_rides::columns_step(false)),
        ("14-ritten-kolommen-vraag", || sample_rides::columns_step(true)),
        ("14-ritten-kolommen-bladen", sample_rides::sheets_step),
        ("14-ritten-controle", || sample_rides::checked_step(false)),
        ("14-ritten-controle-fout", || sample_rides::checked_step(true)),
        ("14-ritten-ingelezen", || sample_rides::imported_step(0)),
        ("14-ritten-half", || sample_rides::imported_step(1500)),
    ]
}

fn picture(studio: &mut Studio, theme: Theme, frame: Frame) -> Image {
    let (mut app, _) = app_with(frame);
    studio.picture(theme, |ui| app.frame_ui(ui))
}

pub fn keep(name: &str, image: &Image) {
    if let Some(folder) = std::env::var_os("TERUGBLIK_PICTURES") {
        let path = std::path::Path::new(&folder).join(format!("{name}.png"));
        std::fs::write(path, image.png().unwrap()).unwrap();
    }
}

/// Pixels in exactly this colour.
fn pixels(image: &Image, colour: egui::Color32) -> usize {
    image.rgba().as_chunks::<4>().0.iter().filter(|pixel| **pixel == colour.to_array()).count()
}

/// The words of a screen are there in the colour of text, on the grounds of its theme, and nothing is in the other's.
pub fn is_drawn(image: &Image, theme: Theme, name: &str) {
    let (own, other) = match theme {
        Theme::Light => (&theme::LIGHT, &theme::DARK),
        Theme::Dark => (&theme::DARK, &theme::LIGHT),
    };
    let area = image.width * image.height;
    let ground = pixels(image, own.canvas) + pixels(image, own.surface) + pixels(image, own.sunken);
    assert!(ground > area / 3, "{name}: {ground} pixels of ground");
    assert!(pixels(image, own.text) > 300, "{name}: {} pixels of text", pixels(image, own.text));
    assert!(pixels(image, other.canvas) == 0, "{name}: the other theme");
}

#[test]
fn every_screen_draws_light_and_dark() {
    let mut studio = Studio::new(vec2(1280.0, 800.0), 1.0);
    for (name, frame) in all() {
        for (theme, suffix) in [(Theme::Light, ""), (Theme::Dark, "-donker")] {
            let frame = frame();
            let is_test = frame.test;
            let image = picture(&mut studio, theme, frame);
            keep(&format!("{name}{suffix}"), &image);
            assert_eq!((image.width, image.height), (1280, 800));
            is_drawn(&image, theme, &format!("{name}{suffix}"));
            // The strip of a test store lies over every screen of it.
            let violet = theme::tokens_of(theme).violet.to_array();
            assert_eq!(image.pixel(5, 5) == Some(violet), is_test, "{name}{suffix}");
        }
    }
}

/// The least window: at 100 per cent light and Dutch, at 200 per cent dark and English.
#[test]
fn every_screen_draws_small_and_at_double_text() {
    let looks = [(1.0, Theme::Light, Language::Dutch, "smal"), (2.0, Theme::Dark, Language::English, "200-donker-en")];
    let named = |(name, frame): Sample| (name.to_owned(), frame);
    let samples: Vec<_> = all().into_iter().map(named).chain(states::all()).collect();
    for (zoom, theme, language, suffix) in looks {
        let mut studio = Studio::new(vec2(1024.0, 700.0), 1.0);
        studio.context().set_zoom_factor(zoom);
        for (name, frame) in &samples {
            let (mut app, ..) = app_in(language, frame());
            let image = studio.picture(theme, |ui| app.frame_ui(ui));
            keep(&format!("{name}-{suffix}"), &image);
            is_drawn(&image, theme, &format!("{name} {suffix}"));
        }
    }
}

#[test]
fn what_lies_below_the_edge_is_drawn_in_a_high_window() {
    let high: [Sample; 3] = [
        ("05-terugkoppeling-open", samples::record),
        ("07-kwaliteit", sample_quality::quality),
        ("16-meldingen", sample_oversight::oversight),
    ];
    for (size, suffix) in [(vec2(1280.0, 2300.0), "hoog"), (vec2(1024.0, 2600.0), "hoog-smal")] {
        let mut studio = Studio::new(size, 1.0);
        for (name, frame) in high {
            for (theme, dark) in [(Theme::Light, ""), (Theme::Dark, "-donker")] {
                let image = picture(&mut studio, theme, frame());
                keep(&format!("{name}-{suffix}{dark}"), &image);
                is_drawn(&image, theme, &format!("{name} {suffix}{dark}"));
            }
        }
    }
}

#[test]
fn a_picture_is_the_same_twice() {
    let size = Vec2::new(1280.0, 800.0);
    let one = picture(&mut Studio::new(size, 1.0), Theme::Light, samples::record());
    let other = picture(&mut Studio::new(size, 1.0), Theme::Light, samples::record());
    assert!(one == other);
}

/// The card lies between the hospitals and the messages, once a hospital is chosen.
#[test]
fn what_a_hospital_sends_too_much_is_drawn_when_it_is_chosen() {
    let mut studio = Studio::new(vec2(1280.0, 800.0), 1.0);
    for (theme, suffix) in [(Theme::Light, ""), (Theme::Dark, "-donker")] {
        let (mut app, _) = app_with(sample_tables::reception());
        let before = studio.picture(theme, |ui| app.frame_ui(ui));
        let at = egui::pos2(400.0, 470.0);
        let button = |pressed| egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        };
        let click = vec![egui::Event::PointerMoved(at), button(true), button(false)];
        studio.picture_after(theme, click, |ui| app.frame_ui(ui));
        let after = studio.picture_after(theme, vec![egui::Event::PointerGone], |ui| app.frame_ui(ui));
        keep(&format!("13b-ontvangst-te-veel{suffix}"), &after);
        is_drawn(&after, theme, suffix);
        assert!(before != after, "a click on the row chooses the hospital");
    }
}

#[test]
fn the_steps_of_a_self_test_draw_to_their_last_in_both_languages_wide_and_narrow() {
    // As high as all of it is, so that nothing lies below the edge of the picture.
    for (size, suffix) in [(vec2(1280.0, 1500.0), "hoog"), (vec2(1024.0, 1700.0), "hoog-smal")] {
        let mut studio = Studio::new(size, 1.0);
        for (language, of) in [(Language::Dutch, "nl"), (Language::English, "en")] {
            for (theme, dark) in [(Theme::Light, ""), (Theme::Dark, "-donker")] {
                for (well, end) in [(true, ""), (false, "-mislukt")] {
                    let frame = sample_connections::self_tested(sample_connections::self_test(Some(well)));
                    let (mut app, ..) = app_in(language, frame);
                    let image = studio.picture(theme, |ui| app.frame_ui(ui));
                    let name = format!("16c-aansluiting-proef{end}-{suffix}-{of}{dark}");
                    keep(&name, &image);
                    is_drawn(&image, theme, &name);
                    let red = pixels(&image, theme::tokens_of(theme).brick);
                    assert_eq!(red == 0, well, "{name}: {red} pixels of failing");
                }
            }
        }
    }
}
