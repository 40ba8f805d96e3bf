//! The look in values: colours, type, fonts and egui's own settings, after look/LOOK.md §2–§4.
//!
//! **Invariant:** the only file of the program with a colour in it; a test computes every contrast pair.
//! **Not here:** how a widget is drawn from these values (`widgets`).

use std::sync::Arc;

use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, FontTweak, Shadow, Stroke, Style, TextFormat,
    TextStyle, Theme, Visuals,
    style::{ScrollAnimation, ScrollStyle, WidgetVisuals},
};

/// The colour tokens of one theme (LOOK §2).
#[expect(missing_docs, reason = "the names are the tokens of LOOK §2, which says what each is for")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    pub canvas: Color32,
    pub surface: Color32,
    pub sunken: Color32,
    pub hover: Color32,
    pub selected: Color32,
    pub border: Color32,
    pub border_strong: Color32,
    pub text: Color32,
    pub text_2: Color32,
    pub text_3: Color32,
    pub disabled: Color32,
    pub accent: Color32,
    pub accent_hover: Color32,
    pub on_accent: Color32,
    pub focus: Color32,
    pub blue: Color32,
    pub blue_mark: Color32,
    pub blue_tint: Color32,
    pub orange: Color32,
    pub orange_mark: Color32,
    pub orange_tint: Color32,
    pub grey_mark: Color32,
    pub grey_tint: Color32,
    pub brick: Color32,
    pub brick_tint: Color32,
    pub violet: Color32,
    pub on_violet: Color32,
    /// Black of the one shadow, as alpha.
    pub shadow: Color32,
    pub clear: Color32,
}

const fn hex(value: u32) -> Color32 {
    let [_, r, g, b] = value.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

/// The light theme.
pub const LIGHT: Tokens = Tokens {
    canvas: hex(0x00F3_F5F4),
    surface: hex(0x00FF_FFFF),
    sunken: hex(0x00EA_EEEC),
    hover: hex(0x00EF_F3F2),
    selected: hex(0x00E0_EEED),
    border: hex(0x00D3_DAD8),
    border_strong: hex(0x0078_8683),
    text: hex(0x0015_201E),
    text_2: hex(0x003E_4C49),
    text_3: hex(0x0056_6361),
    disabled: hex(0x008B_9794),
    accent: hex(0x000E_5A60),
    accent_hover: hex(0x000A_464B),
    on_accent: hex(0x00FF_FFFF),
    focus: hex(0x000B_7A83),
    blue: hex(0x0018_4E8F),
    blue_mark: hex(0x001F_64B5),
    blue_tint: hex(0x00E3_EDF9),
    orange: hex(0x007F_3B00),
    orange_mark: hex(0x00C2_5700),
    orange_tint: hex(0x00FC_EEDD),
    grey_mark: hex(0x0066_726F),
    grey_tint: hex(0x00E9_EDEC),
    brick: hex(0x008F_2D1E),
    brick_tint: hex(0x00FA_E9E5),
    violet: hex(0x0054_357A),
    on_violet: hex(0x00FF_FFFF),
    shadow: Color32::from_black_alpha(41), // 16 %
    clear: Color32::TRANSPARENT,
};

/// The dark theme.
pub const DARK: Tokens = Tokens {
    canvas: hex(0x0011_1716),
    surface: hex(0x0019_211F),
    sunken: hex(0x000C_1110),
    hover: hex(0x0021_2B29),
    selected: hex(0x0016_383A),
    border: hex(0x0030_3B39),
    border_strong: hex(0x007C_8A87),
    text: hex(0x00E8_EEEC),
    text_2: hex(0x00BE_CAC7),
    text_3: hex(0x009A_A8A5),
    disabled: hex(0x0067_746F),
    accent: hex(0x007C_C8CA),
    accent_hover: hex(0x0097_D6D7),
    on_accent: hex(0x0006_282A),
    focus: hex(0x005F_D4DA),
    blue: hex(0x008F_BDF2),
    blue_mark: hex(0x006F_A9EC),
    blue_tint: hex(0x0016_2A42),
    orange: hex(0x00F6_B26B),
    orange_mark: hex(0x00F0_9A3E),
    orange_tint: hex(0x003A_270F),
    grey_mark: hex(0x0095_A3A0),
    grey_tint: hex(0x0027_312F),
    brick: hex(0x00F3_A596),
    brick_tint: hex(0x003C_1D17),
    violet: hex(0x003A_2656),
    on_violet: hex(0x00F1_E8FB),
    shadow: Color32::from_black_alpha(128), // 50 %
    clear: Color32::TRANSPARENT,
};

/// A look as egui says it.
#[must_use]
pub fn preference(look: viewmodel::Look) -> egui::ThemePreference {
    match look {
        viewmodel::Look::Light => egui::ThemePreference::Light,
        viewmodel::Look::Dark => egui::ThemePreference::Dark,
        viewmodel::Look::System => egui::ThemePreference::System,
    }
}

/// The tokens of a theme.
#[must_use]
pub fn tokens_of(theme: Theme) -> &'static Tokens {
    match theme {
        Theme::Light => &LIGHT,
        Theme::Dark => &DARK,
    }
}

/// The tokens a piece of screen is drawn with.
#[must_use]
pub fn tokens(ui: &egui::Ui) -> &'static Tokens {
    if ui.visuals().dark_mode { &DARK } else { &LIGHT }
}

/// A colour that comes from a chart's palette, with its opacity.
#[must_use]
pub fn with_alpha((r, g, b): chart::Rgb, alpha: u8) -> Color32 {
    Color32::from_rgba_unmultiplied(r, g, b, alpha)
}

/// The chart's colours of a theme, as red, green, blue.
#[must_use]
pub fn chart_palette(theme: Theme) -> chart::Palette {
    let t = tokens_of(theme);
    let rgb = |c: Color32| (c.r(), c.g(), c.b());
    chart::Palette {
        surface: rgb(t.surface),
        sunken: rgb(t.sunken),
        border: rgb(t.border),
        border_strong: rgb(t.border_strong),
        text: rgb(t.text),
        text_2: rgb(t.text_2),
        text_3: rgb(t.text_3),
        grey_mark: rgb(t.grey_mark),
    }
}

/// The rows of the type table (LOOK §3).
#[expect(missing_docs, reason = "the names are the rows of the type table of LOOK §3")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Figure,
    Question,
    Title,
    Outcome,
    Heading,
    Reading,
    Body,
    BodyBold,
    Small,
    SmallBold,
    Caption,
    CaptionBold,
    Mask,
    Hash,
}

impl Type {
    /// Size and line height, points.
    #[must_use]
    pub fn size_and_line(self) -> (f32, f32) {
        match self {
            Self::Figure => (28.0, 36.0),
            Self::Question => (25.0, 38.0),
            Self::Title => (22.0, 30.0),
            Self::Mask => (20.0, 26.0),
            Self::Outcome => (18.0, 26.0),
            Self::Heading => (16.0, 24.0),
            Self::Reading => (15.0, 24.0),
            Self::Body | Self::BodyBold => (14.0, 21.0),
            Self::Small | Self::SmallBold => (13.0, 19.0),
            Self::Caption | Self::CaptionBold => (12.0, 17.0),
            Self::Hash => (12.0, 18.0),
        }
    }

    /// Its font.
    #[must_use]
    pub fn font(self) -> FontId {
        let family = match self {
            Self::Title | Self::Heading | Self::BodyBold | Self::SmallBold | Self::CaptionBold => bold(),
            Self::Hash => FontFamily::Monospace,
            Self::Figure
            | Self::Question
            | Self::Outcome
            | Self::Reading
            | Self::Body
            | Self::Small
            | Self::Caption
            | Self::Mask => FontFamily::Proportional,
        };
        FontId::new(self.size_and_line().0, family)
    }

    /// Font, colour and line height together.
    #[must_use]
    pub fn format(self, color: Color32) -> TextFormat {
        TextFormat {
            font_id: self.font(),
            color,
            line_height: Some(self.size_and_line().1),
            valign: egui::Align::Center,
            ..TextFormat::default()
        }
    }
}

fn bold() -> FontFamily {
    FontFamily::Name("bold".into())
}

/// The family of the icons.
#[must_use]
pub fn icons() -> FontFamily {
    FontFamily::Name("icons".into())
}

fn fonts() -> FontDefinitions {
    let noto = |bytes: &'static [u8]| {
        // A thin space in a number reads as one gap at 0.7 of a space (LOOK §3).
        FontData::from_static(bytes).tweak(FontTweak { thin_space_width: 0.7, ..FontTweak::default() })
    };
    // Half of lucide's line gap of 0.09, so that an icon is centred at every size.
    let lucide = FontData::from_static(lucide_icons::LUCIDE_FONT_BYTES)
        .tweak(FontTweak { y_offset_factor: 0.045, ..FontTweak::default() });
    let mut fonts = FontDefinitions::empty();
    fonts.font_data.insert("noto".into(), Arc::new(noto(notosans::REGULAR_TTF)));
    fonts.font_data.insert("noto-bold".into(), Arc::new(noto(notosans::BOLD_TTF)));
    fonts.font_data.insert("lucide".into(), Arc::new(lucide));
    let hack = FontData::from_static(epaint_default_fonts::HACK_REGULAR);
    fonts.font_data.insert("hack".into(), Arc::new(hack));
    let chain = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    fonts.families.insert(FontFamily::Proportional, chain(&["noto", "lucide"]));
    fonts.families.insert(FontFamily::Monospace, chain(&["hack", "noto"]));
    fonts.families.insert(bold(), chain(&["noto-bold", "lucide"]));
    fonts.families.insert(icons(), chain(&["lucide"]));
    fonts
}

/// Gives a context its fonts and both styles, and leaves the size of text to the program; once per context, before its first pass.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    // Between 80 and 200 per cent, and kept: the program's own (`app.rs`).
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    for theme in [Theme::Light, Theme::Dark] {
        ctx.set_style_of(theme, style(theme));
    }
}

fn style(theme: Theme) -> Style {
    let mut style = Style { animation_time: 0.0, scroll_animation: ScrollAnimation::none(), ..Style::default() };
    let row = |kind: Type| kind.font();
    style.text_styles = [
        (TextStyle::Small, row(Type::Small)),
        (TextStyle::Body, row(Type::Body)),
        (TextStyle::Button, row(Type::Body)),
        (TextStyle::Heading, row(Type::Heading)),
        (TextStyle::Monospace, row(Type::Hash)),
        (TextStyle::Name("figure".into()), row(Type::Figure)),
        (TextStyle::Name("title".into()), row(Type::Title)),
        (TextStyle::Name("outcome".into()), row(Type::Outcome)),
        (TextStyle::Name("reading".into()), row(Type::Reading)),
        (TextStyle::Name("caption".into()), row(Type::Caption)),
    ]
    .into();
    style.interaction.selectable_labels = false;
    style.spacing.button_padding = egui::vec2(14.0, 8.0);
    style.spacing.interact_size.y = 36.0;
    style.spacing.item_spacing = egui::vec2(8.0, 8.0);
    style.spacing.tooltip_width = 360.0;
    style.spacing.scroll = ScrollStyle { bar_width: 10.0, ..ScrollStyle::solid() };
    style.visuals = visuals(theme);
    style
}

fn visuals(theme: Theme) -> Visuals {
    let t = tokens_of(theme);
    let base = match theme {
        Theme::Light => Visuals::light(),
        Theme::Dark => Visuals::dark(),
    };
    let shadow = Shadow { offset: [0, 4], blur: 16, spread: 0, color: t.shadow };
    let mut v = Visuals {
        panel_fill: t.canvas,
        window_fill: t.surface,
        window_stroke: Stroke::new(1.0, t.border),
        window_corner_radius: CornerRadius::same(10),
        menu_corner_radius: CornerRadius::same(8),
        popup_shadow: shadow,
        window_shadow: shadow,
        extreme_bg_color: t.sunken,
        faint_bg_color: t.sunken,
        text_edit_bg_color: Some(t.surface),
        hyperlink_color: t.accent,
        weak_text_color: Some(t.text_3),
        warn_fg_color: t.orange,
        error_fg_color: t.brick,
        striped: false,
        disabled_alpha: 1.0,
        interact_cursor: None,
        ..base
    };
    v.selection.bg_fill = t.selected;
    v.selection.stroke = Stroke::new(1.0, t.text);
    v.text_cursor.stroke = Stroke::new(1.5, t.text);
    v.text_cursor.blink = false;
    let widget = |fill: Color32, line: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, line),
        corner_radius: CornerRadius::same(6),
        fg_stroke: Stroke::new(1.0, t.text),
        expansion: 0.0,
    };
    // `bg_fill` is what scroll bars are drawn with; our own widgets take their fills from the tokens.
    let handle = |mut visuals: WidgetVisuals, fill: Color32| {
        visuals.bg_fill = fill;
        visuals
    };
    v.widgets.noninteractive = widget(t.surface, t.border);
    v.widgets.inactive = handle(widget(t.surface, t.border_strong), t.border_strong);
    v.widgets.hovered = handle(widget(t.hover, t.border_strong), t.text_3);
    v.widgets.active = handle(widget(t.selected, t.border_strong), t.text_2);
    v.widgets.open = widget(t.selected, t.border_strong);
    v
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of WCAG 2.x.
    fn luminance(color: Color32) -> f64 {
        let channel = |value: u8| {
            let s = f64::from(value) / 255.0;
            if s <= 0.040_45 { s / 12.92 } else { ((s + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(color.r()) + 0.7152 * channel(color.g()) + 0.0722 * channel(color.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (light, dark) = (luminance(a).max(luminance(b)), luminance(a).min(luminance(b)));
        (light + 0.05) / (dark + 0.05)
    }

    #[test]
    fn every_text_reads_on_every_ground_it_stands_on() {
        for t in [&LIGHT, &DARK] {
            let grounds = [t.canvas, t.surface, t.sunken, t.hover, t.selected];
            let tints = [t.blue_tint, t.orange_tint, t.grey_tint, t.brick_tint];
            let mut pairs = vec![
                (t.on_accent, t.accent),
                (t.on_accent, t.accent_hover),
                (t.on_violet, t.violet),
                (t.surface, t.brick),
            ];
            for ground in grounds {
                pairs.extend([t.text, t.text_2, t.text_3, t.accent].map(|text| (text, ground)));
            }
            for ground in tints {
                pairs.extend([t.text, t.text_2].map(|text| (text, ground)));
            }
            for (text, tint) in [(t.blue, t.blue_tint), (t.orange, t.orange_tint), (t.brick, t.brick_tint)] {
                pairs.extend([(text, t.surface), (text, t.canvas), (text, tint)]);
            }
            for (text, ground) in pairs {
                assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}: {:.2}", contrast(text, ground));
            }
        }
    }

    #[test]
    fn lines_and_marks_are_seen_on_every_ground_they_stand_on() {
        for t in [&LIGHT, &DARK] {
            for ground in [t.canvas, t.surface, t.sunken] {
                for mark in [t.border_strong, t.focus, t.blue_mark, t.orange_mark, t.grey_mark] {
                    assert!(contrast(mark, ground) >= 3.0, "{mark:?} on {ground:?}");
                }
            }
            assert!(contrast(t.focus, t.selected) >= 3.0);
        }
    }

    #[test]
    fn contrasts_are_those_that_look_md_lists() {
        let rounded = |a, b| (contrast(a, b) * 10.0).round() / 10.0;
        assert!((rounded(LIGHT.text, LIGHT.canvas) - 15.3).abs() < 1e-9);
        assert!((rounded(DARK.text_3, DARK.selected) - 5.1).abs() < 1e-9);
        assert!((rounded(LIGHT.accent, LIGHT.surface) - 7.9).abs() < 1e-9);
    }
}
