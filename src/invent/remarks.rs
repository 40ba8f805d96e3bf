//! Dutch sentences of an SEH: remarks on medical acting, on communication, descriptions, narrative.
//!
//! Composed of an opening, a body and a close, with slots, so that twenty thousand do not read as copies.
//! About one text in a hundred names something that identifies a person: R28's scan must find it.

use crate::{diagnoses::Group, draw::Draw, phrases::fill};

/// What a remark opens and closes with: after something good, and after a point to learn from.
struct Frame {
    good: (&'static [&'static str], &'static [&'static str]),
    point: (&'static [&'static str], &'static [&'static str]),
}

const MEDICAL_FRAME: Frame = Frame {
    good: (
        &[
            "Fijn gewerkt. ",
            "Dank voor de zorg onderweg. ",
            "Compliment voor de ploeg. ",
            "Van de SEH-arts: ",
            "Terugkijkend: ",
            "Mooi samengewerkt. ",
        ],
        &[
            " Zo houden.",
            " Dat hielp ons bij de eerste beoordeling.",
            " Het beloop bij ons was verder voorspoedig.",
            " Wij gebruiken dit als voorbeeld in de gezamenlijke scholing.",
            " Dit scheelde zeker {min} minuten.",
            " In {kamer} kon daardoor direct worden begonnen.",
            " Om {tijd} was de situatie stabiel.",
            " Graag doorgeven aan de ploeg.",
        ],
    ),
    point: (
        &[
            "Ter lering: ",
            "Voor jullie ter informatie: ",
            "Kleine opmerking: ",
            "Terugkijkend: ",
            "Nog een punt van het team: ",
            "Van de SEH-arts: ",
        ],
        &[
            " Goed om te bespreken in de casuïstiek.",
            " Bij vragen horen wij het graag.",
            " Het had hier geen gevolgen.",
            " Ook voor ons een leerpunt.",
            " Het beloop bij ons was verder voorspoedig.",
            " Om {tijd} was de situatie alsnog stabiel.",
            " Wij nemen het mee in de gezamenlijke scholing.",
        ],
    ),
};
const TALK_FRAME: Frame = Frame {
    good: (
        &["Van de verpleegkundige: ", "Namens het team van {kamer}: ", "Over de overdracht: "],
        &[
            " Dank daarvoor.",
            " Dit hielp de triage.",
            " Verder een prettige samenwerking.",
            " Om {tijd} was alles compleet.",
            " Dat werkt voor ons het best.",
            " Houd dit vast.",
        ],
    ),
    point: (
        &["Graag meenemen: ", "Van de verpleegkundige: ", "Namens het team van {kamer}: ", "Over de overdracht: "],
        &[
            " Graag volgende keer eerder bellen.",
            " Wij hebben dit ook intern besproken.",
            " Daardoor ging ongeveer {kort} minuten verloren.",
            " Een volgende keer horen wij dit graag vooraf.",
            " Verder een prettige samenwerking.",
            " Om {tijd} was alles alsnog compleet.",
        ],
    ),
};
const MEDICAL: &[&str] = &[
    "+De pijnstilling met {pijnstiller} om {tijd} sloot goed aan bij de behandeling op de SEH.",
    "-Bij binnenkomst was de NRS nog {nrs}; een herhaling van de pijnstilling onderweg had gekund.",
    "+Het infuus in {plek} was goed geplaatst en direct bruikbaar.",
    "-Het infuus in {plek} liep subcutaan; bij aankomst opnieuw geprikt.",
    "+De saturatie van {sat} % onderweg gaf ons meteen de richting.",
    "-Zuurstof had bij een saturatie van {satgoed} % achterwege kunnen blijven.",
    "+Glucose ({glucose} mmol/l) was bepaald en normaal; dat scheelde tijd.",
    "-De temperatuur was onderweg niet gemeten; op de SEH {temp} °C.",
    "+De keuze om eerst ter plaatse te stabiliseren was hier juist.",
    "-Bij deze instabiliteit was {min} minuten ter plaatse aan de lange kant.",
    "+Bloeddruk van {rr} onderweg kwam overeen met onze eerste meting.",
    "+De toegediende {pijnstiller} was passend voor het gewicht.",
    "+Het verloop van de metingen was goed te volgen; de daling rond {tijd} viel daardoor op.",
    "+De urgentie van de rit paste bij het beeld dat wij zagen.",
];
const TRAUMA: &[&str] = &[
    "+De fractuur was goed gespalkt en de vaatstatus was voor en na het spalken vastgelegd.",
    "+De stabilisatie van de nek was bij dit mechanisme terecht.",
    "-De nekfixatie had bij dit letsel achterwege kunnen blijven; de pijn nam erdoor toe.",
    "+De bekkenband zat op de juiste hoogte.",
    "+Tranexaminezuur was binnen {min} minuten gegeven, goed dat daaraan gedacht is.",
    "+Met {pijnstiller} was repositie ter plaatse mogelijk; de voet was bij aankomst goed doorbloed.",
    "-Onder de kleding zat nog een wond aan de flank; denk aan de rug bij het uitkleden.",
];
const NEUROLOGICAL: &[&str] = &[
    "+Het vastgestelde tijdstip van ontstaan ({tijd}) was bepalend voor het verdere beleid.",
    "+De uitval was subtiel; knap dat de FAST toch als positief is beoordeeld.",
    "-Bij twijfel tussen insult en CVA is een bloedsuiker onderweg zinvol; hier {glucose} mmol/l.",
    "+De ademweg was bij aankomst vrij en de houding goed gekozen.",
    "+De EMV van {emv} ter plaatse was voor ons belangrijk om het beloop te beoordelen.",
    "-Bij acute draaiduizeligheid kan een HINTS-onderzoek helpen; hier bleek de oorzaak perifeer.",
];
const INFECTION: &[&str] = &[
    "+Door de vooraankondiging als mogelijke sepsis stonden de antibiotica klaar.",
    "-De qSOFA was onderweg al 2; een vooraankondiging als mogelijke sepsis had gepast.",
    "+500 ml vulling onderweg was passend bij een bloeddruk van {rrlaag} systolisch.",
    "-De ademfrequentie was niet vastgelegd; bij infectie weegt die voor ons zwaar.",
    "+Goed dat de koorts ({koorts} °C) en het tijdstip van paracetamol waren genoteerd.",
];
const CARDIOVASCULAR: &[&str] = &[
    "-Overweeg bij deze presentatie een tweede ECG voor vertrek; op het onze van {tijd} waren de afwijkingen duidelijk.",
    "+Het ECG van {tijd} was van goede kwaliteit en bepaalde het beleid.",
    "-Afleiding V4 rechts was hier van waarde geweest.",
    "+Het ECG was {min} minuten voor aankomst al door de cardioloog beoordeeld.",
    "-Nitroglycerine was gegeven bij een bloeddruk van {rrlaag}; bij een onderwandinfarct liever niet.",
    "+De ritmestrook van {tijd} was heel waardevol: die afwijking zagen wij later niet meer.",
    "+Plakkers al geplakt bij aankomst: zo kon de bewaking ongemerkt worden overgenomen.",
];
const RESPIRATORY: &[&str] = &[
    "+Na twee vernevelingen met salbutamol was de benauwdheid bij aankomst duidelijk minder.",
    "-Bij bekend COPD graag titreren op een saturatie van 88 tot 92 %; bij aankomst was die {satgoed} %.",
    "-Prednisolon onderweg had gekund; het effect begint pas na enkele uren.",
    "+De capnografie hielp ons om de uitputting te zien aankomen.",
];
const PSYCHIATRIC: &[&str] = &[
    "+De rust waarmee de patiënt werd begeleid maakte dat dwang niet nodig was.",
    "+De meegenomen strips maakten de ingenomen hoeveelheid meteen duidelijk.",
    "+Het tijdstip van inname ({tijd}) klopte met de spiegel.",
    "-Een ECG ontbrak; bij deze middelen is de QTc voor ons van belang.",
    "+Sederen met {slaapmiddel} was hier goed gekozen, de ademhaling bleef voldoende.",
];
const GASTRO: &[&str] = &[
    "+De pijnstilling met {pijnstiller} maskeerde het onderzoek niet; goed dat die gegeven is.",
    "+Bij buikpijn boven de zestig jaar een ECG maken is goed gebruik; hier was het normaal.",
    "-De buik was bij ons plankhard; het beeld is onderweg waarschijnlijk verergerd.",
    "+Twee infusen bij deze bloeding was een goede keuze, Hb op de SEH {hb} mmol/l.",
];
const ENDOCRINE: &[&str] = &[
    "+Glucose van {gluclaag} mmol/l om {tijd} en de reactie op glucose waren duidelijk vastgelegd.",
    "+Na correctie bleef de uitval bestaan; goed dat er toch is vervoerd.",
    "-De ketonen waren niet gemeten; de ademhaling paste al bij een ketoacidose.",
    "-Glucagon had hier weinig effect; bij leverziekte is i.v. glucose de betere keuze.",
];
const INTERNAL: &[&str] = &[
    "+Adrenaline intramusculair was binnen {kort} minuten gegeven, precies goed.",
    "-Bij een algeheel beeld helpt een volledige set metingen; de temperatuur was {temp} °C.",
    "+Het vocht onderweg deed de bloeddruk stijgen naar {rr}.",
    "-De blaas was goed voelbaar; daaraan werd onderweg niet gedacht.",
    "+Orthostase meten was hier de sleutel; de RR-daling was {verschil} mmHg.",
];
const COMMUNICATION: &[&str] = &[
    "+De overdracht was volledig en duidelijk.",
    "+De overdracht volgde het ABCDE en duurde nog geen {kort} minuten; heel prettig.",
    "-Het tijdstip van ontstaan van de klachten ontbrak in de vooraankondiging.",
    "+De keuze van het ziekenhuis was juist.",
    "-Voor deze klacht was een ziekenhuis met interventiecardiologie een betere keuze geweest.",
    "-{lijst} kwam pas na de overdracht beschikbaar.",
    "+De vooraankondiging kwam ruim op tijd, {min} minuten voor aankomst.",
    "-De vooraankondiging kwam pas {kort} minuten voor aankomst; {kamer} was nog bezet.",
    "-De aangekondigde urgentie week af van het beeld bij aankomst.",
    "+Goed dat {wie} was meegekomen: daardoor was de voorgeschiedenis direct bekend.",
    "-Het telefoonnummer van de contactpersoon ontbrak; {wie} was lastig te bereiken.",
    "-Het behandelverbod was niet overgedragen, het formulier zat wel in de tas.",
    "+De allergie stond in de vooraankondiging en werd nog eens genoemd, dank.",
    "-Door wisseling van dienst om {tijd} moest de overdracht twee keer; dat ligt bij ons.",
    "-De wachttijd bij de overdracht was {min} minuten, onze excuses daarvoor.",
    "+Het ECG was vooraf doorgestuurd en meteen leesbaar.",
    "-Het doorgestuurde ECG kwam niet aan; graag ook telefonisch melden.",
    "+De informatie van {wie} over de thuissituatie was belangrijk voor het ontslag.",
    "-In de vooraankondiging ontbraken de vitale functies.",
    "+De familie was goed geïnformeerd over waar zij zich konden melden.",
    "-Vooraankondiging en overdracht spraken elkaar tegen over de bloedverdunners.",
    "+De patiënt was aangekondigd voor {kamer}, dat paste bij de zorgvraag.",
];
const DESCRIPTION_CLOSES: &[&str] = &[
    " Bij binnenkomst RR {rr}, pols {hf}/min.",
    " Klachten bestonden sinds {uren} uur.",
    " Het aanvullend onderzoek van {tijd} bevestigde dit.",
    " De presentatie was niet typisch.",
    " De eerste bevindingen wezen in een andere richting.",
    " Het beeld werd in de loop van {uren} uur duidelijk.",
    " Temperatuur {temp} °C, saturatie {satgoed} %.",
    " Vergelijkbaar beeld {dagen} dagen eerder bij de huisarts.",
];
const NARRATIVES: &[&str] = &[
    "Opname op de afdeling voor {dagen} dagen; start {medicatie}.",
    "Beleid: {medicatie}, controle over {dagen} dagen op de polikliniek.",
    "Ontslag naar huis om {tijd}; huisarts ingelicht, thuiszorg hervat.",
    "Voorgeschiedenis: hypertensie, heupprothese {zijde}. Medicatie ongewijzigd.",
];

fn of_group(group: Group) -> &'static [&'static str] {
    match group {
        Group::Trauma => TRAUMA,
        Group::Neurological => NEUROLOGICAL,
        Group::Infection => INFECTION,
        Group::Cardiovascular => CARDIOVASCULAR,
        Group::Respiratory => RESPIRATORY,
        Group::PsychiatricIntoxication => PSYCHIATRIC,
        Group::GastroIntestinal => GASTRO,
        Group::Endocrine => ENDOCRINE,
        Group::AcuteInternal => INTERNAL,
    }
}

/// A remark on medical acting.
pub(crate) fn medical(group: Group, canary: Option<&str>, draw: &mut Draw) -> String {
    let own = draw.chance(600);
    let (first, second) = if own { (of_group(group), MEDICAL) } else { (MEDICAL, of_group(group)) };
    remark(&MEDICAL_FRAME, first, second, canary, draw)
}

/// A remark on communication.
pub(crate) fn communication(canary: Option<&str>, draw: &mut Draw) -> String {
    remark(&TALK_FRAME, COMMUNICATION, COMMUNICATION, canary, draw)
}

/// Opening, one or two sentences, close; a second sentence of another tone is announced.
fn remark(frame: &Frame, first: &[&str], second: &[&str], canary: Option<&str>, draw: &mut Draw) -> String {
    let mut text = String::with_capacity(256);
    let (first, second) = (draw.pick(first), draw.pick(second));
    let (good, sentence) = toned(first);
    let (openings, _) = if good { frame.good } else { frame.point };
    optional(openings, 480, draw, &mut text);
    say(sentence, draw, &mut text);
    let (mut last, more) = toned(second);
    if second != first && !tell_alike(first, second) && draw.chance(400) {
        text.push_str(match (good, last) {
            (true, false) => " Aandachtspunt: ",
            (false, true) => " Wel fijn: ",
            _ => " ",
        });
        say(more, draw, &mut text);
    } else {
        last = good;
    }
    let (_, closes) = if last { frame.good } else { frame.point };
    optional(closes, 450, draw, &mut text);
    identify(draw, &mut text);
    sign(canary, draw, &mut text);
    text
}

/// What two sentences must not both tell with figures of their own.
const MEASURED: [&[&str]; 5] = [
    &["RR", "loeddruk", "tensie", "shock", "mmHg"],
    &["emperatuur", "koorts", "Koorts", "°C", "epsis", "infect"],
    &["aturatie"],
    &["lucose"],
    &["ECG"],
];

fn tell_alike(one: &str, other: &str) -> bool {
    let tells = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    MEASURED.iter().any(|words| tells(one, words) && tells(other, words))
}

/// A sentence and whether it is praise: templates begin with `+` or `-`.
fn toned(template: &str) -> (bool, &str) {
    match template.strip_prefix('-') {
        Some(sentence) => (false, sentence),
        None => (true, template.strip_prefix('+').unwrap_or(template)),
    }
}

/// A description of a diagnosis from its templates.
pub(crate) fn description(templates: &[&str], canary: Option<&str>, draw: &mut Draw) -> String {
    let mut text = String::with_capacity(192);
    if !templates.is_empty() {
        fill(draw.pick(templates), draw, &mut text);
        text.push('.');
    }
    let close = draw.pick(DESCRIPTION_CLOSES);
    if draw.chance(600) && !tell_alike(&text, close) {
        fill(close, draw, &mut text);
    }
    identify(draw, &mut text);
    sign(canary, draw, &mut text);
    text
}

/// Narrative that no field refers to.
pub(crate) fn narrative(canary: Option<&str>, draw: &mut Draw) -> String {
    let mut text = String::new();
    fill(draw.pick(NARRATIVES), draw, &mut text);
    sign(canary, draw, &mut text);
    text
}

fn optional(list: &[&str], per_mille: u32, draw: &mut Draw, text: &mut String) {
    if draw.chance(per_mille) {
        fill(draw.pick(list), draw, text);
    }
}

/// Appends a sentence; after a colon it goes on in lower case, unless it begins with an abbreviation.
fn say(sentence: &str, draw: &mut Draw, text: &mut String) {
    let start = text.len();
    fill(sentence, draw, text);
    let second_is_small = text[start..].chars().nth(1).is_some_and(|c| c.is_lowercase() || c == ' ');
    if text[..start].ends_with(": ") && second_is_small {
        text.as_mut_str()[start..=start].make_ascii_lowercase();
    }
}

/// Now and then something that identifies a person; the numbers are nobody's.
fn identify(draw: &mut Draw, text: &mut String) {
    if !draw.chance(11) {
        return;
    }
    let family = draw.pick(&crate::crew::FAMILY);
    let piece = match draw.below(4) {
        0 => format!(" Terugbellen kan op 06-{:08}.", draw.between(10_000_000, 99_999_999)),
        1 => format!(" Contact via seh.voorbeeld{}@example.org.", draw.below(90)),
        2 => format!(" Dit is ook besproken met mw. {family}."),
        _ => format!(" Dhr. {family} is bereikbaar op 0344-{:06}.", draw.between(100_000, 999_999)),
    };
    text.push_str(&piece);
}

/// The mark by which a test finds this text again.
fn sign(canary: Option<&str>, draw: &mut Draw, text: &mut String) {
    let Some(canary) = canary else { return };
    let (before, after) = draw.pick(&[(" (kenmerk ", ")"), (" Kenmerk ", "."), (" Ref. ", "."), (" [", "]")]);
    text.push_str(before);
    text.push_str(canary);
    text.push_str(after);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{diagnoses::diagnoses, draw::Purpose};

    #[test]
    fn no_template_has_an_unknown_slot() {
        let toned = [
            MEDICAL,
            TRAUMA,
            NEUROLOGICAL,
            INFECTION,
            CARDIOVASCULAR,
            RESPIRATORY,
            PSYCHIATRIC,
            GASTRO,
            ENDOCRINE,
            INTERNAL,
            COMMUNICATION,
        ];
        for template in toned.into_iter().flatten() {
            assert!(template.starts_with(['+', '-']), "{template}");
        }
        let frames = [&MEDICAL_FRAME, &TALK_FRAME].map(|f| [f.good.0, f.good.1, f.point.0, f.point.1]);
        let own = toned.into_iter().chain(frames.into_iter().flatten()).flatten();
        let own = own.chain(DESCRIPTION_CLOSES).chain(NARRATIVES);
        for template in own.chain(diagnoses().flat_map(|(_, d)| d.descriptions)) {
            let mut out = String::new();
            fill(template, &mut Draw::new(1, Purpose::Feedback, 0), &mut out);
            assert!(!out.contains(['{', '}']), "{out}");
        }
    }
}
