// Content of a part has no Debug: it cannot slip into a log or a panic.
fn print_identification(identification: &domain::IdentificationContent) -> String {
    format!("{}", size_of_val(identification))
// FORBIDDEN:     format!("{:?}", identification)
}
fn print_diagnosis(diagnosis: &domain::DiagnosisContent) -> String {
    format!("{}", size_of_val(diagnosis))
// FORBIDDEN:     format!("{:?}", diagnosis)
}
fn print_case(case: &domain::CaseContent) -> String {
    format!("{}", size_of_val(case))
// FORBIDDEN:     format!("{:?}", case)
}
fn print_remarks(remarks: &domain::RemarksContent) -> String {
    format!("{}", size_of_val(remarks))
// FORBIDDEN:     format!("{:?}", remarks)
}
fn print_figure(figure: &domain::FigureContent) -> String {
    format!("{}", size_of_val(figure))
// FORBIDDEN:     format!("{:?}", figure)
}
fn print_working_diagnosis(working_diagnosis: &domain::WorkingDiagnosisContent) -> String {
    format!("{}", size_of_val(working_diagnosis))
// FORBIDDEN:     format!("{:?}", working_diagnosis)
}
