//! The system's clipboard for what must not stay there: marked to be left out of histories, cleared only while it is still ours.
//!
//! **Invariant:** looking at a clipboard may wait for another program, so it never happens in a picture but the last one.
//! **Not here:** what is copied and for how long (`app.rs`); other text, which goes through egui.

use zeroize::Zeroizing;

/// A text of ours on the clipboard.
struct Held {
    board: arboard::Clipboard,
    words: Zeroizing<String>,
}

impl Held {
    /// Clears the clipboard, unless somebody has copied something else since.
    fn clear(mut self) {
        // What is no text is not ours.
        let is_ours = self.board.get_text().is_ok_and(|found| *Zeroizing::new(found) == *self.words);
        if is_ours {
            let _ = self.board.clear();
        }
    }
}

/// The system's clipboard, where it can be had.
#[derive(Default)]
pub struct SystemClipboard(Option<Held>);

impl SystemClipboard {
    /// Puts words there, marked for clipboard histories; false where the system's clipboard cannot be had.
    pub fn put(&mut self, words: &str) -> bool {
        let Ok(mut board) = arboard::Clipboard::new() else { return false };
        // The text itself goes to the system, which keeps it until it is cleared.
        if marked(board.set()).text(words.to_owned()).is_err() {
            return false;
        }
        self.0 = Some(Held { board, words: Zeroizing::new(words.to_owned()) });
        true
    }

    /// Takes the words away again, if they are still there; soon.
    pub fn clear(&mut self) {
        if let Some(held) = self.0.take() {
            // Where no thread can be had, what was held is dropped here, and a clipboard that lives in its program goes with it.
            let _ = std::thread::Builder::new().name("clipboard".into()).spawn(|| held.clear());
        }
    }

    /// The same at once: the program ends.
    pub fn clear_now(&mut self) {
        if let Some(held) = self.0.take() {
            held.clear();
        }
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn marked(set: arboard::Set<'_>) -> arboard::Set<'_> {
    // `x-kde-passwordManagerHint`, which other clipboard managers follow too.
    arboard::SetExtLinux::exclude_from_history(set)
}

#[cfg(windows)]
fn marked(set: arboard::Set<'_>) -> arboard::Set<'_> {
    use arboard::SetExtWindows;
    set.exclude_from_monitoring().exclude_from_cloud().exclude_from_history()
}

#[cfg(target_os = "macos")]
fn marked(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtApple::exclude_from_history(set)
}
