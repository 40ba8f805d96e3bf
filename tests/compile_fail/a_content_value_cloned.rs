// Content of a part exists once: it can be moved, not copied.
fn keep_identification(identification: domain::IdentificationContent) -> domain::IdentificationContent {
    identification
// FORBIDDEN:     identification.clone()
}
fn keep_diagnosis(diagnosis: domain::DiagnosisContent) -> domain::DiagnosisContent {
    diagnosis
// FORBIDDEN:     diagnosis.clone()
}
fn keep_case(case: domain::CaseContent) -> domain::CaseContent {
    case
// FORBIDDEN:     case.clone()
}
fn keep_remarks(remarks: domain::RemarksContent) -> domain::RemarksContent {
    remarks
// FORBIDDEN:     remarks.clone()
}
fn keep_figure(figure: domain::FigureContent) -> domain::FigureContent {
    figure
// FORBIDDEN:     figure.clone()
}
fn keep_working_diagnosis(working_diagnosis: domain::WorkingDiagnosisContent) -> domain::WorkingDiagnosisContent {
    working_diagnosis
// FORBIDDEN:     working_diagnosis.clone()
}
