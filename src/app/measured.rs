//! What measures count: one row per ride and patient (DESIGN §12). Of several records of one ride the latest `effectiveTime`
//! that holds a field gives it; so a feedback message that follows an identification, or corrects another without naming it,
//! counts once.
//!
//! **Invariant:** pure; a ride stays one row whatever the order of receipt.

use domain::Agreement;
use store::Counted;

/// One row per ride and patient. `rows` are in order of receipt, which decides between equal times.
pub(crate) fn one_per_ride(mut rows: Vec<Counted>) -> Vec<Counted> {
    // Stable: of equal times the later receipt comes last.
    rows.sort_by_key(|row| (row.ride, row.sent));
    let mut measured: Vec<Counted> = Vec::with_capacity(rows.len());
    for row in rows {
        match measured.last_mut().filter(|earlier| earlier.ride == row.ride) {
            Some(earlier) => follow(earlier, row),
            None => measured.push(row),
        }
    }
    measured
}

/// Takes over what a later record of the same ride holds; what it does not hold stays.
fn follow(row: &mut Counted, later: Counted) {
    let Counted { month, hospital, working_code, urgency, post, ride: _, sent, crew, figure } = later;
    // Of the ride and its register, equal for all its records but while the ride is unknown.
    (row.month, row.working_code, row.urgency, row.post, row.crew, row.sent) =
        (month, working_code, urgency, post, crew, sent);
    if figure.agreement != Agreement::NotReceived {
        row.figure.agreement = figure.agreement;
        // Whose judgement it is.
        row.hospital = hospital;
    }
    if figure.seh_code != 0 {
        row.figure.seh_code = figure.seh_code;
    }
    if row.figure.agreement == Agreement::Yes {
        // With agreement there is no other diagnosis (R3), whatever an earlier message said.
        row.figure.seh_code = 0;
    }
    if figure.remark_medical || !row.figure.remark_medical {
        row.figure.remark_medical = figure.remark_medical;
        row.figure.remark_medical_not_agreed = figure.remark_medical_not_agreed;
    }
    if figure.remark_communication || !row.figure.remark_communication {
        row.figure.remark_communication = figure.remark_communication;
        row.figure.remark_communication_not_agreed = figure.remark_communication_not_agreed;
    }
}

#[cfg(test)]
mod tests {
    use domain::FigureContent;

    use super::*;

    fn row(ride: u32, sent: i64, agreement: Agreement) -> Counted {
        let figure = FigureContent {
            agreement,
            seh_code: 0,
            remark_medical: false,
            remark_communication: false,
            remark_medical_not_agreed: false,
            remark_communication_not_agreed: false,
        };
        Counted { month: 24_312, hospital: 1, working_code: 0, urgency: 0, post: 0, ride, sent, crew: 0, figure }
    }

    fn agreements(rows: Vec<Counted>) -> Vec<(u32, Agreement)> {
        one_per_ride(rows).into_iter().map(|r| (r.ride, r.figure.agreement)).collect()
    }

    #[test]
    fn two_feedback_messages_of_one_ride_count_once_by_the_latest_whatever_came_first() {
        let rows = |order: [i64; 2]| {
            let of = |sent| row(7, sent, if sent == 200 { Agreement::Yes } else { Agreement::No });
            vec![of(order[0]), row(8, 50, Agreement::No), of(order[1])]
        };
        assert_eq!(agreements(rows([100, 200])), [(7, Agreement::Yes), (8, Agreement::No)]);
        assert_eq!(agreements(rows([200, 100])), [(7, Agreement::Yes), (8, Agreement::No)]);
    }

    #[test]
    fn a_later_message_without_a_judgement_does_not_take_the_judgement_away() {
        let mut only_remark = row(7, 200, Agreement::NotReceived);
        (only_remark.figure.remark_medical, only_remark.hospital) = (true, 2);
        let measured = one_per_ride(vec![row(7, 100, Agreement::No), only_remark]);
        assert_eq!(measured.len(), 1);
        assert!(measured[0].figure.agreement == Agreement::No && measured[0].figure.remark_medical);
        assert_eq!(measured[0].hospital, 1, "of the hospital that judged");
    }

    #[test]
    fn of_equal_times_the_later_receipt_counts() {
        let rows = vec![row(7, 100, Agreement::No), row(7, 100, Agreement::NotAssessable)];
        assert_eq!(agreements(rows), [(7, Agreement::NotAssessable)]);
    }

    #[test]
    fn with_agreement_at_last_the_diagnosis_of_before_does_not_count() {
        let mut first = row(7, 100, Agreement::No);
        first.figure.seh_code = 230_690_007;
        let measured = one_per_ride(vec![first, row(7, 200, Agreement::Yes)]);
        assert_eq!(measured[0].figure.seh_code, 0);
    }

    #[test]
    fn a_remark_given_once_stays_given_and_stands_in_its_denominator() {
        let mut given = row(7, 100, Agreement::No);
        given.figure.remark_communication = true;
        let mut excluded = row(7, 200, Agreement::No);
        excluded.figure.remark_communication_not_agreed = true;
        excluded.figure.remark_medical_not_agreed = true;
        let measured = one_per_ride(vec![given, excluded]);
        let figure = &measured[0].figure;
        assert!(figure.remark_communication && !figure.remark_communication_not_agreed);
        assert!(!figure.remark_medical && figure.remark_medical_not_agreed);
    }

    #[test]
    fn other_patients_of_the_ride_and_other_rides_are_left_alone() {
        let rows: Vec<Counted> = (0..5).map(|ride| row(ride, 100, Agreement::Yes)).collect();
        assert_eq!(one_per_ride(rows).len(), 5);
    }
}
