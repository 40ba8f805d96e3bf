//! Templates with slots: `{tijd}` becomes a time, `{zijde}` a side, `{hf}` a heart rate.
//!
//! **Invariant:** every slot of a template is known; a test fills them all.

use std::fmt::Write;

use crate::draw::Draw;

/// Appends a template, its slots filled.
pub(crate) fn fill(template: &str, draw: &mut Draw, out: &mut String) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((slot, tail)) = after.split_once('}') else {
            out.push('{');
            out.push_str(after);
            return;
        };
        if !word(slot, draw, out) && !number(slot, draw, out) {
            let _ = write!(out, "{{{slot}}}");
        }
        rest = tail;
    }
    out.push_str(rest);
}

fn word(slot: &str, draw: &mut Draw, out: &mut String) -> bool {
    let list: &[&str] = match slot {
        "zijde" => &["links", "rechts"],
        "zijdigheid" => &["links", "beiderzijds"],
        "wand" => &["van de onderwand", "van de voorwand", "van de achterwand", "van de zijwand"],
        "vat" => &["RCA", "LAD", "RCX"],
        "afleiding" => &["in V2 tot en met V4", "in II, III en aVF", "in I en aVL", "in V4 tot en met V6"],
        "lobair" => &["Segmentele", "Lobaire", "Subsegmentele", "Centrale"],
        "ab" => &["A", "B"],
        "abc" => &["A", "B", "C"],
        "focus" => &["pneumonie", "urineweginfectie", "cholangitis", "een huidinfectie", "diverticulitis"],
        "kwab" => &["rechteronderkwab", "linkeronderkwab", "rechterbovenkwab", "linkerbovenkwab", "beiderzijds"],
        "allergeen" => &["een wespensteek", "pinda", "amoxicilline", "schaaldieren", "contrastmiddel"],
        "pijnstiller" => &[
            "50 microgram fentanyl",
            "75 microgram fentanyl",
            "100 microgram fentanyl",
            "10 mg esketamine",
            "15 mg esketamine",
            "5 mg morfine",
            "1 gram paracetamol i.v.",
        ],
        "slaapmiddel" => &["2,5 mg midazolam", "5 mg midazolam", "10 mg midazolam neusspray", "25 mg esketamine"],
        "medicatie" => &[
            "amoxicilline 3 dd 500 mg",
            "furosemide 1 dd 40 mg",
            "metoprolol 1 dd 50 mg",
            "prednisolon 1 dd 30 mg",
            "paracetamol 4 dd 1 gram",
            "apixaban 2 dd 5 mg",
        ],
        "plek" => &["de linkeronderarm", "de rechterelleboog", "de rechterhand", "de linkerelleboog"],
        "wie" => &["de partner", "de dochter", "de zoon", "de buurvrouw", "de thuiszorg", "de huisarts"],
        "lijst" => {
            &["De medicatielijst", "Het medicatieoverzicht", "De lijst met medicatie", "De brief van de huisarts"]
        }
        "kamer" => &["de traumakamer", "de acute kamer", "de observatie", "de hartlonghulp", "de triage"],
        _ => return false,
    };
    out.push_str(draw.pick(list));
    true
}

/// A diastolic blood pressure that goes with a systolic one: between 55 and 70 % of it, and no higher than 110.
pub(crate) fn diastolic(systolic: u32, draw: &mut Draw) -> u32 {
    draw.between(systolic * 11 / 20, systolic * 7 / 10).min(110)
}

fn number(slot: &str, draw: &mut Draw, out: &mut String) -> bool {
    let (low, high, decimals) = match slot {
        "tijd" => {
            let _ = write!(out, "{:02}:{:02}", draw.between(0, 23), draw.below(60));
            return true;
        }
        "rr" => {
            let systolic = draw.between(96, 184);
            let _ = write!(out, "{systolic}/{}", diastolic(systolic, draw));
            return true;
        }
        "min" => (8, 55, 0),
        "kort" => (2, 9, 0),
        "uren" => (2, 36, 0),
        "dagen" => (2, 9, 0),
        "trop" => (38, 1900, 0),
        "laag" => (4, 14, 0),
        "bnp" => (900, 16_000, 0),
        "kilo" | "pneu" => (2, 7, 0),
        "hf" => (52, 128, 0),
        "snel" => (118, 195, 0),
        "ade" => (6, 18, 0),
        "ddimeer" => (900, 9800, 0),
        "verschil" => (22, 48, 0),
        "aneurysma" => (51, 89, 1),
        "nihss" => (2, 19, 0),
        "hoog" => (182, 236, 0),
        "rrlaag" => (72, 94, 0),
        "emv" => (7, 13, 0),
        "emvhoog" => (14, 15, 0),
        "lactaat" => (21, 78, 1),
        "koorts" => (383, 406, 1),
        "temp" => (361, 389, 1),
        "curb" => (0, 4, 0),
        "gold" => (1, 4, 0),
        "crp" => (42, 348, 0),
        "pco" => (62, 98, 1),
        "peak" => (120, 310, 0),
        "sat" => (84, 93, 0),
        "satgoed" => (94, 99, 0),
        "ribben" => (2, 6, 0),
        "tbsa" => (2, 18, 0),
        "iss" => (16, 41, 0),
        "promille" => (12, 38, 1),
        "cohb" => (12, 34, 0),
        "hb" => (38, 69, 1),
        "leuko" => (112, 214, 1),
        "lipase" => (620, 4900, 0),
        "gluclaag" => (11, 33, 1),
        "gluchoog" => (181, 389, 1),
        "glucose" => (48, 112, 1),
        "ph" => (695, 724, 2),
        "ureum" => (121, 312, 1),
        "steen" => (3, 9, 0),
        "retentie" => (650, 1600, 0),
        "kreat" => (180, 640, 0),
        "natrium" => (112, 126, 0),
        "kalium" => (62, 79, 1),
        "nrs" => (3, 8, 0),
        _ => return false,
    };
    let value = draw.between(low, high);
    let _ = match decimals {
        0 => write!(out, "{value}"),
        1 => write!(out, "{},{}", value / 10, value % 10),
        _ => write!(out, "{},{:02}", value / 100, value % 100),
    };
    true
}
