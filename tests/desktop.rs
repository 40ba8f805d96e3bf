//! The real program's window on a real display (Xvfb), grabbed, beside the picture the rasteriser makes of the same frame.
//!
//! Needs `Xvfb` and ImageMagick's `import`; without them it fails, unless `TERUGBLIK_SKIP` names them.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use app::{Engine, Installation, Parameters, StorePlace};
use store::{Archive, KeySource, Store};
use ui::{Studio, raster::Image};
use viewmodel::{Frame, Language, Texts};

use crate::{
    house::{Still, now},
    support::{Place, needs, origin},
};

const SIZE: (usize, usize) = (1280, 800);
/// Least peak signal-to-noise ratio: text is smoothed by two different rasterisers.
const PSNR_LEAST: f64 = 40.0;
// LIMIT: the window must be there within so much time, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(90);

/// A process that ends with the test.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A display of its own; gives its name.
pub fn display() -> (Running, String) {
    display_with(&[])
}

/// One that every account of the machine may draw on.
pub fn display_for_all() -> (Running, String) {
    display_with(&["-ac"])
}

fn display_with(more: &[&str]) -> (Running, String) {
    let screen = format!("{}x{}x24", SIZE.0, SIZE.1);
    let started = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", &screen, "-nolisten", "tcp", "-noreset"])
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = started.expect("Xvfb starts");
    let mut number = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut number).unwrap();
    (Running(child), format!(":{}", number.trim()))
}

/// Pixels of the whole display: red, green, blue.
fn grabbed(display: &str) -> Vec<u8> {
    let output = Command::new("import")
        .args(["-display", display, "-window", "root", "-depth", "8", "rgb:-"])
        .stderr(Stdio::null())
        .output()
        .expect("import runs");
    output.stdout
}

/// Peak signal-to-noise ratio of a grab against the picture, in decibels.
fn psnr(grab: &[u8], picture: &Image) -> f64 {
    let drawn = picture.rgba();
    let colours = drawn.as_chunks::<4>().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]);
    assert_eq!(grab.len(), SIZE.0 * SIZE.1 * 3);
    let squares: f64 = grab.iter().zip(colours).map(|(a, b)| (f64::from(*a) - f64::from(b)).powi(2)).sum();
    let mean = squares / grab.len() as f64;
    10.0 * (255.0_f64.powi(2) / mean.max(1e-9)).log10()
}

/// The first frame of that store, drawn without a display.
fn drawn(place: &Place, theme: egui::Theme) -> Image {
    drawn_of(&place.path("store"), &place.keys(), theme)
}

pub fn drawn_of(folder: &Path, keys: &KeySource, theme: egui::Theme) -> Image {
    let store = Store::open(folder, &keys.root().unwrap(), origin(), now()).unwrap();
    let mut engine = Engine::new(Archive::new(store), None, Parameters::STANDARD, Vec::new());
    engine.offer_recovery();
    drawn_frame(engine.frame(now()), theme)
}

fn drawn_frame(frame: Frame, theme: egui::Theme) -> Image {
    let client = Still::with(frame);
    let mut app = ui::App::new(Box::new(client), Texts::load(Language::Dutch).unwrap());
    // On a display without a window manager no window is given the keyboard.
    let mut studio = Studio::new(egui::vec2(SIZE.0 as f32, SIZE.1 as f32), 1.0).unfocused();
    studio.picture(theme, |ui| app.frame_ui(ui))
}

#[test]
fn the_window_on_a_display_is_the_picture_that_is_made_without_one() {
    if !needs("Xvfb") || !needs("import") {
        return;
    }
    let place = Place::made();
    shows(&place, &drawn(&place, egui::Theme::Light));
}

#[test]
fn a_look_that_was_kept_is_there_at_the_next_start() {
    if !needs("Xvfb") || !needs("import") {
        return;
    }
    let place = Place::made();
    let settings = place.path("state/terugblik");
    std::fs::create_dir_all(&settings).unwrap();
    std::fs::write(settings.join("settings.toml"), "look = \"dark\"\n").unwrap();
    shows(&place, &drawn(&place, egui::Theme::Dark));
}

#[test]
fn a_first_start_on_a_display_shows_what_can_be_done_and_makes_nothing() {
    if !needs("Xvfb") || !needs("import") {
        return;
    }
    let place = Place::empty();
    let at = StorePlace { folder: place.path("store"), key_file: Some(place.path("key")), group: false };
    let mut pages = Installation::new(at, origin(), Language::Dutch);
    shows(&place, &drawn_frame(pages.frame(None, now()), egui::Theme::Light));
    assert!(!place.path("store").exists() && !place.path("key").exists());
}

/// Starts the program on a display of its own and waits until it shows this.
fn shows(place: &Place, picture: &Image) {
    let (_display, name) = display();
    let mut program = Command::new(env!("CARGO_BIN_EXE_terugblik"));
    program.arg("--store").arg(place.path("store")).arg("--key-file").arg(place.path("key"));
    program.env("XDG_STATE_HOME", place.path("state"));
    program.env("DISPLAY", &name).env_remove("WAYLAND_DISPLAY").env("LC_ALL", "nl_NL.UTF-8").env("LANG", "nl_NL.UTF-8");
    let mut window = Running(program.stderr(Stdio::inherit()).spawn().unwrap());
    awaited(&mut window, &name, picture);
}

/// Waits until a window on this display shows this.
pub fn awaited(window: &mut Running, display: &str, picture: &Image) {
    let began = Instant::now();
    let mut best = 0.0_f64;
    while began.elapsed() < PATIENCE && best < PSNR_LEAST {
        assert!(window.0.try_wait().unwrap().is_none(), "the window has closed");
        let grab = grabbed(display);
        if grab.len() == SIZE.0 * SIZE.1 * 3 {
            best = best.max(psnr(&grab, picture));
        }
    }
    if best < PSNR_LEAST {
        let kept = std::env::temp_dir().join("terugblik-desktop-drawn.png");
        std::fs::write(&kept, picture.png().unwrap()).unwrap();
        panic!("{best:.1} dB is less than {PSNR_LEAST}; what was drawn is in {}", kept.display());
    }
}
